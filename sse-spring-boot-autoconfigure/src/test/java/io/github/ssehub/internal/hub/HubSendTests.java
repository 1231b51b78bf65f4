package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionClosedException;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.DropReason;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.SseEvent;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What an application sends to one connection: it waits for its client, and no longer.
 */
class HubSendTests {

	/** What one event of these tests takes in a buffer. */
	private static final long EVENT_SIZE = "event:sent-000\ndata:x\n\n".length() + SendBuffer.FRAME_OVERHEAD;

	private TestHub hub = TestHub.start();

	@AfterEach
	void close() {
		this.hub.assertLeavesNothingBehind();
		this.hub.close();
	}

	private void restart(Consumer<TestHub.Options> customizer) {
		this.hub.close();
		this.hub = TestHub.start(customizer);
	}

	// Before the controller has returned the connection

	@Test
	void takesAnyNumberOfEventsFromTheControllerItself() throws Exception {
		restart((options) -> {
			options.bufferEvents = 4;
			options.bufferBytes = 10 * EVENT_SIZE;
			options.sendTimeout = Duration.ZERO;
		});
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		for (int i = 0; i < 500; i++) {
			send(connection, i);
		}
		TestClient client = request.connect(connection);
		assertThat(client.nextNames(501)).startsWith("connected").endsWith("sent-499").doesNotHaveDuplicates();
		client.assertExhausted();
	}

	/**
	 * A producer that was faster than the controller was refused at the 257th event, and
	 * the stream stayed open without it.
	 */
	@Test
	void makesAProducerWaitForTheController() throws Exception {
		restart((options) -> options.bufferBytes = 10 * EVENT_SIZE);
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		CompletableFuture<Void> producer = producer(connection, 100);
		TestHub.eventually("a full buffer").until(() -> connection.getQueuedEvents() == 10);
		assertThat(producer).isNotDone();
		TestClient client = request.connect(connection);
		join(producer);
		assertThat(client.nextNames(101)).isEqualTo(names("connected", 100));
	}

	@Test
	void refusesAProducerWhenTheControllerNeverReturnsTheConnection() {
		restart((options) -> {
			options.bufferBytes = 2 * EVENT_SIZE;
			options.sendTimeout = Duration.ofMillis(20);
		});
		HubConnection connection = this.hub.client().build();
		assertThatExceptionOfType(CompletionException.class).isThrownBy(producer(connection, 3)::join)
			.withCauseInstanceOf(IllegalStateException.class)
			.withMessageContaining("the controller has not returned the connection for 20 ms");
		assertThat(connection.getState()).isEqualTo(ConnectionState.CREATED);
		connection.cancel(null);
	}

	@Test
	void releasesAProducerWhenTheConnectionIsNotOpened() {
		restart((options) -> options.bufferBytes = 2 * EVENT_SIZE);
		HubConnection connection = this.hub.client().build();
		CompletableFuture<Void> producer = producer(connection, 3);
		TestHub.eventually("a full buffer").until(() -> connection.getQueuedEvents() == 2);
		connection.cancel(null);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(producer::join)
			.withCauseInstanceOf(ConnectionClosedException.class)
			.withMessageContaining("The connection was not opened");
		assertThat(connection.getQueuedEvents()).isZero();
		assertThat(this.hub.statistics().drops(DropReason.CLOSED)).isEqualTo(2);
	}

	// A client that is slower than the application

	@ParameterizedTest
	@EnumSource(OverflowPolicy.class)
	void waitsForASlowClient(OverflowPolicy overflow) throws Exception {
		restart((options) -> {
			options.bufferEvents = 4;
			options.bufferBytes = 10 * EVENT_SIZE;
			options.overflow = overflow;
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		CompletableFuture<Void> producer = producer(client.connection(), 100);
		for (int i = 0; i < 100;) {
			List<String> names = client.takeOneWrite().stream().map((event) -> event.name()).toList();
			for (String name : names) {
				assertThat(name).isEqualTo(name(i++));
			}
		}
		join(producer);
		assertThat(client.connection().getState()).isEqualTo(ConnectionState.OPEN);
		assertThat(this.hub.takeCalls()).hasSize(1);
	}

	@Test
	void leavesRoomForWhatIsPublished() throws Exception {
		restart((options) -> {
			options.bufferEvents = 8;
			options.bufferBytes = 20 * EVENT_SIZE;
		});
		TestClient client = this.hub.client().connected();
		client.sink().releaseFor(1);
		client.sink().stall();
		CompletableFuture<Void> producer = producer(client.connection(), 40);
		TestHub.eventually("a full buffer").until(() -> client.connection().getQueuedEvents() >= 20);
		IntStream.range(0, 4).forEach((i) -> this.hub.broadcast("published-" + i));
		client.sink().release();
		join(producer);
		List<String> names = client.nextNames(44);
		assertThat(names).filteredOn((name) -> name.startsWith("sent")).isEqualTo(names(40));
		assertThat(names).filteredOn((name) -> name.startsWith("published"))
			.containsExactly("published-0", "published-1", "published-2", "published-3");
	}

	@Test
	void givesUpAClientThatTakesNothing() throws Exception {
		restart((options) -> {
			options.bufferEvents = 4;
			options.bufferBytes = 4 * EVENT_SIZE;
			options.sendTimeout = Duration.ofMillis(50);
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		AtomicReference<Throwable> error = new AtomicReference<>();
		CountDownLatch completed = new CountDownLatch(1);
		client.connection().onError(error::set);
		client.connection().onCompletion(completed::countDown);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(producer(client.connection(), 100)::join)
			.havingCause()
			.asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.type(ConnectionClosedException.class))
			.satisfies((ex) -> {
				assertThat(ex.getReason()).isEqualTo(CloseReason.SLOW_CONSUMER);
				assertThat(ex).hasMessageContaining("is over (slow-consumer)");
			});
		assertThat(completed.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(error.get()).isInstanceOf(ConnectionClosedException.class).hasMessageContaining("slow-consumer");
		client.awaitState(ConnectionState.CLOSED);
		assertThat(this.hub.statistics().disconnects(CloseReason.SLOW_CONSUMER)).isOne();
	}

	@Test
	void givesUpASlowClientAtOnceWhenItIsNotToWait() throws Exception {
		restart((options) -> {
			options.bufferEvents = 2;
			options.bufferBytes = 2 * EVENT_SIZE;
			options.sendTimeout = Duration.ZERO;
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		assertThatExceptionOfType(ConnectionClosedException.class).isThrownBy(() -> {
			for (int i = 0; i < 100; i++) {
				send(client.connection(), i);
			}
		}).withMessageContaining("slow-consumer");
		client.awaitState(ConnectionState.CLOSED);
	}

	@Test
	void releasesAProducerWhoseClientGoes() throws Exception {
		restart((options) -> {
			options.bufferEvents = 4;
			options.bufferBytes = 4 * EVENT_SIZE;
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		AtomicInteger accepted = new AtomicInteger();
		CompletableFuture<Void> producer = producer(() -> IntStream.range(0, 100).forEach((i) -> {
			sendUnchecked(client.connection(), i);
			accepted.incrementAndGet();
		}));
		TestHub.eventually("a full buffer").until(() -> client.connection().getQueuedEvents() >= 5);
		client.sink().report(new IOException("Connection reset by peer"));
		assertThatExceptionOfType(CompletionException.class).isThrownBy(producer::join)
			.withCauseInstanceOf(ConnectionClosedException.class)
			.withMessageContaining("is over (client-gone)");
		client.awaitState(ConnectionState.CLOSED);
		long dropped = this.hub.statistics().drops(DropReason.CLOSED);
		assertThat(client.connection().getMessageCount() + dropped).isEqualTo(accepted.get());
		assertThat(client.connection().getQueuedEvents()).isZero();
	}

	@Test
	void endsTheWaitOfAThreadThatIsInterrupted() throws Exception {
		restart((options) -> options.bufferBytes = 2 * EVENT_SIZE);
		HubConnection connection = this.hub.client().build();
		AtomicReference<Throwable> failure = new AtomicReference<>();
		AtomicReference<Boolean> interrupted = new AtomicReference<>();
		Thread producer = new Thread(() -> {
			try {
				IntStream.range(0, 3).forEach((i) -> sendUnchecked(connection, i));
			}
			catch (RuntimeException ex) {
				failure.set(ex.getCause());
				interrupted.set(Thread.currentThread().isInterrupted());
			}
		});
		producer.start();
		TestHub.eventually("a full buffer").until(() -> connection.getQueuedEvents() == 2);
		producer.interrupt();
		producer.join(TestHub.PATIENCE.toMillis());
		assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
		assertThat(interrupted).hasValue(true);
		connection.cancel(null);
	}

	// Without a wait

	@Test
	void triesToSendAndSaysWhenThereIsRoomAgain() throws Exception {
		restart((options) -> {
			options.bufferEvents = 2;
			options.bufferBytes = 4 * EVENT_SIZE;
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		CountDownLatch writable = new CountDownLatch(1);
		client.connection().onWritable(writable::countDown);
		int taken = 0;
		int refused = 0;
		// Until the loop has moved what it can.
		while (refused < 3) {
			client.connection().shard().call(() -> true);
			boolean added = client.connection().trySend(SseEmitter.event().name(name(taken)).data("x"));
			taken += added ? 1 : 0;
			refused = added ? 0 : refused + 1;
		}
		assertThat(writable.getCount()).isOne();
		client.sink().release();
		assertThat(writable.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(client.connection().trySend("again")).isTrue();
		assertThat(client.nextNames(taken)).isEqualTo(names(taken));
		assertThat(client.next("message").data()).isEqualTo("again");
	}

	/**
	 * A callback that sends until there is no room had itself run a second time beside
	 * itself when there was room before it returned.
	 */
	@Test
	void tellsOfRoomAgainOnlyWhenTheCallbackHasReturned() throws Exception {
		restart((options) -> options.bufferBytes = 2 * EVENT_SIZE);
		TestClient client = this.hub.client().connected();
		HubConnection connection = client.connection();
		client.sink().stall();
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		Semaphore begun = new Semaphore(0);
		Semaphore goOn = new Semaphore(0);
		connection.onWritable(() -> {
			most.accumulateAndGet(running.incrementAndGet(), Math::max);
			fill(connection);
			begun.release();
			goOn.acquireUninterruptibly();
			running.decrementAndGet();
		});
		fill(connection);
		for (int i = 0; i < 5; i++) {
			client.sink().releaseFor(10);
			assertThat(begun.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
			client.sink().releaseFor(10);
			TestHub.eventually("the client has taken all").until(() -> connection.getQueuedEvents() == 0);
			goOn.release();
		}
		goOn.release(1000);
		assertThat(most).hasValue(1);
		client.sink().release();
	}

	private static void fill(HubConnection connection) {
		int taken = 0;
		while (connection.trySend(SseEmitter.event().name(name(taken)).data("x")) && taken < 100) {
			taken++;
		}
	}

	/**
	 * The queue of a slow client that also gets what is published may never be empty.
	 */
	@Test
	void sendsBesideWhatIsPublishedToASlowClient() throws Exception {
		restart((options) -> {
			options.bufferEvents = 8;
			options.bufferBytes = 1 << 20;
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		// Too large to go out together.
		String large = "x".repeat(40_000);
		this.hub.publisher().broadcast(SseEvent.of("published", large));
		for (int i = 0; i < 20; i++) {
			client.connection().send(SseEmitter.event().name(name(i)).data(large));
		}
		List<String> names = new ArrayList<>();
		while (names.stream().filter((name) -> name.startsWith("sent")).count() < 20) {
			assertThat(names.size()).as("events taken: " + names).isLessThan(200);
			this.hub.publisher().broadcast(SseEvent.of("published", large));
			for (int i = 0; i < 2; i++) {
				client.takeOneWrite().forEach((event) -> names.add(event.name()));
			}
		}
		assertThat(names).filteredOn((name) -> name.startsWith("sent")).isEqualTo(names(20));
		client.sink().release();
	}

	@Test
	void triesNothingAfterTheEnd() {
		TestClient client = this.hub.client().connected();
		client.drop();
		assertThatExceptionOfType(ConnectionClosedException.class).isThrownBy(() -> client.connection().trySend("late"))
			.satisfies((ex) -> assertThat(ex.getReason()).isEqualTo(CloseReason.CLIENT_GONE));
	}

	// The end

	@Test
	void sendsAllThatWaitsBeforeAnOrderlyEnd() throws Exception {
		restart((options) -> {
			options.bufferEvents = 4;
			options.bufferBytes = 100 * EVENT_SIZE;
		});
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		for (int i = 0; i < 50; i++) {
			send(client.connection(), i);
		}
		client.connection().complete();
		client.awaitState(ConnectionState.CLOSING);
		assertThatIllegalStateException().isThrownBy(() -> client.connection().send("late"))
			.withMessageContaining("is over (completed)");
		client.sink().release();
		assertThat(client.nextNames(50)).isEqualTo(names(50));
		client.sink().awaitCompleted();
	}

	@Test
	void sendsNothingAfterItWasCompletedEarly() throws Exception {
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		send(connection, 0);
		connection.complete();
		assertThatExceptionOfType(ConnectionClosedException.class).isThrownBy(() -> send(connection, 1));
		TestClient client = request.connect(connection);
		assertThat(client.nextNames(2)).isEqualTo(names("connected", 1));
		client.sink().awaitCompleted();
	}

	/**
	 * Whatever a client does and however its connection ends, each event that was
	 * published for it or sent to it is either written or counted as dropped.
	 */
	@ParameterizedTest
	@MethodSource("seedsAndPolicies")
	void countsEachEventAsWrittenOrDropped(long seed, OverflowPolicy overflow) {
		Random random = new Random(seed);
		restart((options) -> {
			options.threads = 1;
			options.bufferEvents = 1 + random.nextInt(6);
			options.bufferBytes = 4 * EVENT_SIZE;
			options.overflow = overflow;
		});
		TestClient client = this.hub.client().connected();
		HubConnection connection = client.connection();
		long offered = 0;
		for (int i = 0; i < 40 && connection.getState() == ConnectionState.OPEN; i++) {
			offered += act(random, client, i);
			settle(connection);
		}
		end(random, client);
		client.sink().release();
		client.awaitState(ConnectionState.CLOSED);
		long dropped = Stream.of(DropReason.values()).mapToLong(this.hub.statistics()::drops).sum();
		assertThat(connection.getMessageCount() + dropped).isEqualTo(offered);
	}

	/**
	 * Does something.
	 * @return how many events it had for the client
	 */
	private int act(Random random, TestClient client, int number) {
		switch (random.nextInt(7)) {
			case 0 -> client.sink().stall();
			case 1 -> client.sink().releaseFor(1 + random.nextInt(3));
			case 2 -> {
				if (random.nextInt(8) == 0) {
					client.sink().breakWith(new IOException("Broken pipe"));
					boolean sent = client.connection().trySend("the last");
					client.sink().release();
					client.awaitState(ConnectionState.CLOSED);
					return sent ? 1 : 0;
				}
			}
			case 3, 4 -> {
				this.hub.publisher().broadcast(SseEvent.named("published").data("x").key("k" + number % 3).build());
				return 1;
			}
			default -> {
				return client.connection().trySend(SseEmitter.event().name(name(number)).data("x")) ? 1 : 0;
			}
		}
		return 0;
	}

	private void end(Random random, TestClient client) {
		switch (random.nextInt(3)) {
			case 0 -> client.connection().complete();
			case 1 -> this.hub.connections().disconnect(client.id());
			default -> client.sink().report(new IOException("Connection reset by peer"));
		}
	}

	/**
	 * Waits until the loop has done what was asked of it.
	 */
	private static void settle(HubConnection connection) {
		connection.shard().call(() -> true);
		connection.shard().call(() -> true);
	}

	private static Stream<Arguments> seedsAndPolicies() {
		return LongStream.range(0, 25)
			.boxed()
			.flatMap((seed) -> Stream.of(OverflowPolicy.values()).map((overflow) -> Arguments.of(seed, overflow)));
	}

	// A client that replays

	/**
	 * The replay filled the queue beyond its bounds, and one event more ended the client,
	 * or pushed out what it was to replay.
	 */
	@ParameterizedTest
	@EnumSource(OverflowPolicy.class)
	void sendsToAClientThatReplaysSlowly(OverflowPolicy overflow) throws Exception {
		restart((options) -> {
			options.bufferEvents = 8;
			options.overflow = overflow;
		});
		String start = this.hub.hub().log().head().toString();
		// Large ones, which go out a few at a time.
		IntStream.range(0, 100)
			.forEach((i) -> this.hub.publisher().broadcast(SseEvent.of("replayed-" + i, "x".repeat(30_000))));
		TestClient client = this.hub.client().lastEventId(start).sink(FakeFrameSink.readyFor(2)).connect();
		TestHub.eventually("what waits for the client").until(() -> client.connection().getQueuedEvents() > 0);
		assertThat(client.connection().getQueuedEvents()).isLessThanOrEqualTo(8);
		for (int i = 0; i < 30; i++) {
			send(client.connection(), i);
		}
		this.hub.broadcast("live");
		client.sink().release();
		List<String> names = client.nextNames(132);
		assertThat(names).filteredOn((name) -> name.startsWith("replayed-"))
			.isEqualTo(IntStream.range(0, 100).mapToObj((i) -> "replayed-" + i).toList());
		assertThat(names).filteredOn((name) -> name.startsWith("sent-")).isEqualTo(names(30));
		assertThat(names).contains("connected", "live");
		client.assertExhausted();
	}

	@Test
	void replaysToAClientThatIsSentToAllTheTime() throws Exception {
		restart((options) -> {
			options.bufferEvents = 8;
			options.bufferBytes = 8 * EVENT_SIZE;
		});
		String start = this.hub.hub().log().head().toString();
		IntStream.range(0, 100).forEach((i) -> this.hub.broadcast("replayed-" + i));
		TestClient client = this.hub.client().lastEventId(start).connect();
		CompletableFuture<Void> producer = producer(client.connection(), 300);
		List<String> names = client.nextNames(401);
		join(producer);
		assertThat(names).filteredOn((name) -> name.startsWith("replayed-"))
			.isEqualTo(IntStream.range(0, 100).mapToObj((i) -> "replayed-" + i).toList());
		assertThat(names).filteredOn((name) -> name.startsWith("sent-")).isEqualTo(names(300));
	}

	private static CompletableFuture<Void> producer(HubConnection connection, int events) {
		// A thread of its own: the common pool has few.
		return CompletableFuture.runAsync(() -> IntStream.range(0, events).forEach((i) -> sendUnchecked(connection, i)),
				(task) -> new Thread(task, "producer").start());
	}

	private static CompletableFuture<Void> producer(Runnable action) {
		// A thread of its own: the common pool has few.
		return CompletableFuture.runAsync(action, (task) -> new Thread(task, "producer").start());
	}

	private static void join(CompletableFuture<Void> producer) throws Exception {
		producer.get(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private static void sendUnchecked(HubConnection connection, int number) {
		try {
			send(connection, number);
		}
		catch (IOException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	private static void send(HubConnection connection, int number) throws IOException {
		connection.send(SseEmitter.event().name(name(number)).data("x"));
	}

	private static String name(int number) {
		return "sent-%03d".formatted(number);
	}

	private static List<String> names(int events) {
		return IntStream.range(0, events).mapToObj(HubSendTests::name).toList();
	}

	private static List<String> names(String first, int events) {
		return IntStream.range(-1, events).mapToObj((i) -> (i < 0) ? first : name(i)).toList();
	}

}
