package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.github.ssehub.EventTooLargeException;
import io.github.ssehub.Published;
import io.github.ssehub.PublishRejectedException;
import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.TopicsDisabledException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for publishers that are faster than the delivery loops. One of the two loops is
 * held, and its inbox is full.
 */
class PublishGateTests {

	private static final int INBOX = 16;

	private final Queue<Long> waits = new ConcurrentLinkedQueue<>();

	private TestHub hub = start(TestHub.PATIENCE);

	@AfterEach
	void leavesNothingBehind() {
		try {
			if (this.hub.hub().isStarted()) {
				this.hub.assertLeavesNothingBehind();
				// The loop without a client may not have had its turn yet.
				TestHub.eventually("empty inboxes").until(() -> this.hub.hub().backlog() == 0);
			}
		}
		finally {
			this.hub.close();
		}
	}

	private TestHub start(Duration publishTimeout) {
		return start(publishTimeout, (options) -> {
		});
	}

	private TestHub start(Duration publishTimeout, Consumer<TestHub.Options> customizer) {
		return TestHub.start((options) -> {
			options.inboxCapacity = INBOX;
			options.publishTimeout = publishTimeout;
			options.observer = new HubObserver() {

				@Override
				public void onPublishWaited(long nanos) {
					PublishGateTests.this.waits.add(nanos);
				}

			};
			customizer.accept(options);
		});
	}

	private void restart(Duration publishTimeout) {
		this.hub.close();
		this.hub = start(publishTimeout);
	}

	// Rejected

	@Test
	void rejectsAtOnceWhenItMayNotWaitAndAppendsNothing() {
		restart(Duration.ZERO);
		TestClient client = this.hub.client().connected();
		SseEvent event = SseEvent.named("with-id").data("x").id("id-1").build();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			for (int i = 1; i <= 3; i++) {
				PublishRejectedException rejection = rejection(() -> this.hub.publisher().broadcast(event));
				assertThat(rejection.getBacklog()).isEqualTo(INBOX);
				assertThat(rejection).hasNoCause()
					.hasMessage("Nothing was published: the delivery loops have no room. Up to 16 events wait for a "
							+ "delivery loop. Publish later or more slowly, or raise sse.delivery.threads or "
							+ "sse.delivery.inbox-events");
				assertThat(this.hub.statistics().rejectedPublications()).isEqualTo(i);
			}
			rejection(() -> this.hub.publisher().broadcast(SseEvent.named("typing").data("x").ephemeral().build()));
			assertThat(this.hub.hub().log().head().offset()).isEqualTo(INBOX);
			assertThat(this.hub.hub().backlog()).isEqualTo(INBOX);
			assertThat(this.hub.statistics().publications(Target.Type.BROADCAST)).isEqualTo(INBOX);
		}
		TestHub.eventually("room").until(() -> this.hub.hub().backlog() == 0);
		assertThat(this.hub.publisher().broadcast(event).duplicate()).isFalse();
		assertThat(client.nextNames(INBOX + 1)).containsExactlyElementsOf(names("with-id"));
		client.assertExhausted();
		assertThat(this.waits).isEmpty();
	}

	@Test
	void rejectsWhenThereIsNoRoomInTime() {
		Duration timeout = Duration.ofMillis(30);
		restart(timeout);
		TestClient client = this.hub.client().connected();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			assertThat(rejection(() -> this.hub.broadcast("rejected")))
				.hasMessageStartingWith("Nothing was published: the delivery loops had no room for 30 ms. ");
			List<Publisher> publishers = IntStream.range(0, 3).mapToObj((i) -> new Publisher("rejected")).toList();
			publishers.forEach(Publisher::rejection);
			assertThat(this.waits).hasSize(4)
				.allSatisfy((nanos) -> assertThat(nanos).isGreaterThanOrEqualTo(timeout.toNanos()));
			assertThat(this.hub.statistics().rejectedPublications()).isEqualTo(4);
			assertThat(this.hub.hub().log().head().offset()).isEqualTo(INBOX);
		}
		assertThat(client.nextNames(INBOX)).containsExactlyElementsOf(names());
	}

	/**
	 * To publish later helps against a full loop, and never against these.
	 */
	@Test
	void findsWhatIsWrongWithAnEventFirst() {
		this.hub.close();
		this.hub = start(Duration.ZERO, (options) -> {
			options.maxEventBytes = 100;
			options.topicsEnabled = false;
		});
		TestClient client = this.hub.client().connected();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			assertThatExceptionOfType(EventTooLargeException.class)
				.isThrownBy(() -> this.hub.publisher().broadcast(SseEvent.of("x".repeat(100))));
			assertThatExceptionOfType(TopicsDisabledException.class)
				.isThrownBy(() -> this.hub.publisher().toTopic("news", SseEvent.of("x")));
			assertThat(this.hub.statistics().rejectedPublications()).isZero();
		}
	}

	/**
	 * Publishers that once had to wait must not go on standing in line for ever.
	 */
	@Test
	void passesThoseWhoWaitOnlyWhenThereIsRoomForAll() {
		this.hub.close();
		this.hub = start(Duration.ZERO);
		ConnectionShard shard = this.hub.client().connected().connection().shard();
		SseHub node = this.hub.hub();
		PublishGate gate = new PublishGate(new HubContext(node.settings(), node.log(), String::valueOf,
				node.statistics(), HubObserver.NONE, new ListenerNotifier(List::of), new ConcurrentHashMap<>()),
				List.of(shard));
		try (HeldLoop held = new HeldLoop(shard)) {
			gate.turn.lock();
			for (int i = 0; i < INBOX / 2; i++) {
				this.hub.broadcast("event");
			}
			gate.pass();
			this.hub.broadcast("event");
			assertThatExceptionOfType(PublishRejectedException.class).isThrownBy(gate::pass);
			gate.turn.unlock();
			gate.pass();
		}
	}

	// Waiting

	@Test
	void waitsForNothingWhenThereIsRoom() {
		TestClient client = this.hub.client().connected();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
		}
		assertThat(client.nextNames(INBOX)).containsExactlyElementsOf(names());
		assertThat(this.waits).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void publishesWhenTheLoopGoesOn(boolean loopGoesOnFirst) {
		TestClient client = this.hub.client().connected();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			if (loopGoesOnFirst) {
				held.release();
			}
			Publisher publisher = new Publisher("last");
			if (!loopGoesOnFirst) {
				publisher.awaitWaiting();
				assertThat(this.hub.hub().log().head().offset()).isEqualTo(INBOX);
				held.release();
			}
			assertThat(publisher.published().position()).endsWith("." + (INBOX + 1));
		}
		assertThat(client.nextNames(INBOX + 1)).containsExactlyElementsOf(names("last"));
		client.assertExhausted();
		assertThat(this.hub.statistics().rejectedPublications()).isZero();
		assertThat(this.waits).hasSizeLessThanOrEqualTo(1);
		assertThat(loopGoesOnFirst || this.waits.size() == 1).isTrue();
	}

	@Test
	void letsAllWhoWaitPublishWhenTheLoopGoesOn() {
		TestClient client = this.hub.client().connected();
		List<Publisher> publishers = new ArrayList<>();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			for (int i = 0; i < 2 * INBOX; i++) {
				publishers.add(new Publisher("waiting-" + i));
			}
			publishers.forEach(Publisher::awaitWaiting);
		}
		publishers.forEach(Publisher::published);
		List<String> names = client.nextNames(3 * INBOX);
		assertThat(names.subList(0, INBOX)).containsExactlyElementsOf(names());
		assertThat(names.subList(INBOX, names.size())).containsExactlyInAnyOrderElementsOf(
				IntStream.range(0, 2 * INBOX).mapToObj((i) -> "waiting-" + i).toList());
		client.assertExhausted();
		assertThat(this.waits).hasSize(2 * INBOX);
	}

	@Test
	void countsTheRecipientsThatAreThereWhenThereIsRoom() {
		TestClient client = this.hub.client().connected();
		Publisher publisher;
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			publisher = new Publisher("last");
			publisher.awaitWaiting();
			assertThat(this.hub.client().connected().connection().shard()).isNotSameAs(client.connection().shard());
		}
		assertThat(publisher.published().recipients()).isEqualTo(2);
	}

	// Interrupted

	@Test
	void rejectsWhoIsInterruptedWhileItWaits() {
		TestClient client = this.hub.client().connected();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			Publisher first = new Publisher("first");
			first.awaitWaiting();
			Publisher second = new Publisher("second");
			second.awaitWaiting();
			for (Publisher publisher : List.of(second, first)) {
				publisher.thread.interrupt();
				assertThat(publisher.rejection()).hasCauseInstanceOf(InterruptedException.class)
					.hasMessageStartingWith("Nothing was published: interrupted while the delivery loops had no room.");
				assertThat(publisher.interrupted).isTrue();
			}
			assertThat(this.hub.statistics().rejectedPublications()).isEqualTo(2);
		}
		this.hub.broadcast("last");
		assertThat(client.nextNames(INBOX + 1)).containsExactlyElementsOf(names("last"));
	}

	@Test
	void rejectsWhoIsInterruptedOnlyWhenItWouldHaveToWait() {
		TestClient client = this.hub.client().connected();
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			Thread.currentThread().interrupt();
			fill();
			assertThat(rejection(() -> this.hub.broadcast("rejected"))).hasCauseInstanceOf(InterruptedException.class);
			assertThat(Thread.interrupted()).as("the interrupt is still to be seen").isTrue();
		}
		finally {
			Thread.interrupted();
		}
		assertThat(client.nextNames(INBOX)).containsExactlyElementsOf(names());
	}

	// The end

	@Test
	void publishesToTheLogAloneWhenTheHubStops() throws Exception {
		this.hub.close();
		this.hub = start(TestHub.PATIENCE, (options) -> {
			options.threads = 1;
			options.drainTime = Duration.ofMillis(1);
		});
		TestClient client = this.hub.client().connected();
		CompletableFuture<Void> stop;
		try (HeldLoop held = new HeldLoop(client.connection().shard())) {
			fill();
			Publisher publisher = new Publisher("last");
			publisher.awaitWaiting();
			stop = CompletableFuture.runAsync(this.hub.hub()::stop);
			assertThat(publisher.published().position()).endsWith("." + (INBOX + 1));
		}
		stop.get(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		IntStream.range(0, 2 * INBOX).forEach((i) -> this.hub.broadcast("after the end"));
		assertThat(this.hub.hub().log().head().offset()).isEqualTo(3 * INBOX + 1);
	}

	private void fill() {
		IntStream.range(0, INBOX).forEach((i) -> this.hub.broadcast("event-" + i));
	}

	private static List<String> names(String... later) {
		List<String> names = new ArrayList<>();
		IntStream.range(0, INBOX).forEach((i) -> names.add("event-" + i));
		names.addAll(List.of(later));
		return names;
	}

	private static PublishRejectedException rejection(Supplier<Published> publish) {
		PublishRejectedException rejection = catchThrowableOfType(PublishRejectedException.class, publish::get);
		assertThat(rejection).as("the rejection").isNotNull();
		return rejection;
	}

	/**
	 * A thread that publishes one event.
	 */
	private final class Publisher {

		private final CompletableFuture<Published> published = new CompletableFuture<>();

		private final AtomicBoolean interrupted = new AtomicBoolean();

		private final Thread thread;

		Publisher(String name) {
			this.thread = new Thread(() -> {
				try {
					this.published.complete(PublishGateTests.this.hub.broadcast(name));
				}
				catch (RuntimeException ex) {
					this.interrupted.set(Thread.currentThread().isInterrupted());
					this.published.completeExceptionally(ex);
				}
			}, "publisher of " + name);
			this.thread.start();
		}

		void awaitWaiting() {
			TestHub.eventually(this.thread.getName() + " waits")
				.until(() -> this.thread.getState() == Thread.State.TIMED_WAITING);
		}

		Published published() {
			return this.published.orTimeout(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
		}

		PublishRejectedException rejection() {
			return PublishGateTests.rejection(() -> {
				try {
					return this.published.get(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS);
				}
				catch (ExecutionException ex) {
					throw (RuntimeException) ex.getCause();
				}
				catch (Exception ex) {
					throw new AssertionError(ex);
				}
			});
		}

	}

}
