package io.github.ssehub.internal.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.internal.wire.Frame;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DeliveryLoop}.
 */
class DeliveryLoopTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** Short, as the loop sleeps for as long whatever its clock shows. */
	private static final Duration BATCH_INTERVAL = Duration.ofMillis(1);

	/** What happened on the loop, in order. */
	private final List<String> history = new CopyOnWriteArrayList<>();

	private final TestHandler handler = new TestHandler();

	/** What the clock shows of a loop that has a batch interval. */
	private final AtomicLong clock = new AtomicLong();

	private DeliveryLoop<String> loop = loop(1 << 16);

	@AfterEach
	void stop() {
		this.loop.stop();
	}

	// Order

	@Test
	void runsACommandAfterEventsPublishedBeforeIt() {
		offer("event 1");
		this.loop.execute(note("command"));
		this.loop.start();
		settle();
		assertThat(this.history).containsExactly("event 1", "command");
	}

	@Test
	void hasRoomUntilItsInboxIsFullAndWheneverItDoesNotRun() {
		this.loop = loop(2);
		offer("event 1");
		offer("event 2");
		offer("lost on nobody");
		assertThat(this.loop.hasRoom()).isTrue();
		assertThat(this.loop.depth()).isEqualTo(2);
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		this.loop.execute(() -> {
			held.countDown();
			TestLoop.await(gate);
		});
		this.loop.start();
		TestLoop.await(held);
		offer("event 3");
		assertThat(this.loop.hasRoom()).isTrue();
		offer("event 4");
		assertThat(this.loop.hasRoom()).isFalse();
		gate.countDown();
		settle();
		assertThat(this.loop.hasRoom()).isTrue();
		assertThat(this.loop.depth()).isZero();
		assertThat(this.history).containsExactly("event 1", "event 2", "event 3", "event 4");
	}

	@Test
	void runsACommandBeforeEventsPublishedAfterIt() {
		this.loop.execute(note("command"));
		offer("event 1");
		this.loop.start();
		settle();
		assertThat(this.history).containsExactly("command", "event 1");
	}

	/**
	 * The same in every mixture, with more of both than the loop handles in one turn.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6, 7, 8 })
	void keepsTheOrderOfEventsAndCommands(long seed) {
		Random random = new Random(seed);
		// With so many connections a turn ends after a few events, also between commands.
		this.handler.connectionsPerEvent = (seed % 2 == 0) ? 50_000 : 1;
		int eventShare = 1 + random.nextInt(9);
		List<String> expected = new ArrayList<>();
		List<String> seen = new ArrayList<>();
		this.handler.onDeliver = seen::add;
		boolean startFirst = random.nextBoolean();
		if (startFirst) {
			this.loop.start();
		}
		for (int i = 0; i < 20_000; i++) {
			String step = String.valueOf(i);
			expected.add(step);
			if (random.nextInt(10) < eventShare) {
				offer(step);
			}
			else {
				this.loop.execute(() -> seen.add(step));
			}
		}
		if (!startFirst) {
			this.loop.start();
		}
		settle();
		assertThat(seen).hasSameSizeAs(expected);
		assertThat(seen.equals(expected)).isTrue();
	}

	/**
	 * So that an event for few, and whatever else the loop does, does not wait until a
	 * burst of events for very many is written.
	 */
	@Test
	void endsATurnEarlyWhenItsEventsAreForVeryMany() {
		this.handler.connectionsPerEvent = 100_000;
		this.handler.onFlushed = () -> this.history.add("flushed");
		IntStream.rangeClosed(1, 4).forEach((i) -> offer("event " + i));
		this.loop.execute(note("command"));
		this.loop.start();
		settle();
		assertThat(this.history).startsWith("event 1", "event 2", "flushed", "event 3", "event 4", "command");
	}

	/**
	 * As when all clients of another node come at once: the loop does not run them all
	 * without a look at its timers.
	 */
	@Test
	void runsACommandBeforeLaterEventsHoweverManyCommandsWait() {
		List<Integer> seen = new ArrayList<>();
		this.handler.onDeliver = (event) -> seen.add(-1);
		IntStream.range(0, 10_000).forEach((i) -> this.loop.execute(() -> seen.add(i)));
		offer("event");
		this.loop.start();
		settle();
		assertThat(seen).hasSize(10_001);
		assertThat(seen.indexOf(-1)).isEqualTo(10_000);
	}

	@Test
	void runsACommandOfItsOwnAtOnce() {
		this.loop.start();
		this.loop.execute(() -> {
			this.history.add("before");
			this.loop.execute(note("inner"));
			this.history.add("after");
		});
		settle();
		assertThat(this.history).containsExactly("before", "inner", "after");
	}

	@Test
	void runsEverythingOnOneDaemonThreadOfItsName() {
		List<Thread> threads = new CopyOnWriteArrayList<>();
		this.handler.onDeliver = (event) -> threads.add(Thread.currentThread());
		this.handler.onFlushed = () -> threads.add(Thread.currentThread());
		this.loop.start();
		this.loop.execute(() -> threads.add(Thread.currentThread()));
		offer("event");
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.until(() -> threads.size() == 3);
		assertThat(threads).containsOnly(threads.get(0));
		assertThat(threads.get(0).getName()).isEqualTo("test-loop").isEqualTo(this.loop.name());
		assertThat(threads.get(0).isDaemon()).isTrue();
		assertThat(this.loop.isCurrentThread()).isFalse();
	}

	@Test
	void writesWhatEventsQueuedBeforeItSaysSo() {
		FakeFrameSink sink = FakeFrameSink.ready();
		ConnectionWriter writer = writer(sink, new TestListener());
		sink.onWrite((bytes) -> this.history.add("write " + new String(bytes, StandardCharsets.UTF_8)));
		this.handler.onDeliver = (event) -> writer.offer(frame(event));
		this.handler.onFlushed = note("flushed");
		sink.attach(writer);
		offer("a");
		offer("b");
		this.loop.start();
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.until(() -> this.history.size() == 2);
		assertThat(this.history).containsExactly("write ab", "flushed");
	}

	@Test
	void comesBackToItsTimersWhenEventsKeepComing() {
		CountDownLatch expired = new CountDownLatch(1);
		AtomicBoolean publishing = new AtomicBoolean(true);
		this.loop.execute(() -> this.loop.timers().schedule(new TimerWheel.Entry() {

			@Override
			void expire(long nowNanos) {
				expired.countDown();
			}

		}, System.nanoTime() + 1));
		this.loop.start();
		CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> {
			while (publishing.get()) {
				offer("event");
			}
		});
		TestLoop.await(expired);
		publishing.set(false);
		publisher.join();
	}

	// Batches

	@Test
	void deliversTheFirstEventAtOnceAndThoseThatFollowTogetherWhenTheIntervalIsOver() {
		startBatching(1024);
		offer("event 1");
		awaitHistory("event 1", "flushed");
		offer("event 2");
		awaitTurn();
		offer("event 3");
		awaitTurn();
		assertThat(this.history).containsExactly("event 1", "flushed");
		this.clock.addAndGet(BATCH_INTERVAL.toNanos());
		awaitHistory("event 1", "flushed", "event 2", "event 3", "flushed");
	}

	/**
	 * Nobody wakes it, and without a timer it would sleep for ever.
	 */
	@Test
	void wakesUpByItselfForWhatCameWithinTheInterval() {
		startBatching(1024);
		offer("event 1");
		awaitHistory("event 1", "flushed");
		awaitUntil(this.loop::sleeps);
		this.loop.add("event 2");
		assertThat(this.loop.sleepsOverDueEvents()).isFalse();
		this.clock.addAndGet(BATCH_INTERVAL.toNanos());
		awaitHistory("event 1", "flushed", "event 2", "flushed");
	}

	@Test
	void deliversAnEventAtOnceThatComesAfterTheInterval() {
		startBatching(1024);
		offer("event 1");
		awaitHistory("event 1", "flushed");
		this.clock.addAndGet(BATCH_INTERVAL.toNanos());
		awaitTurn();
		offer("event 2");
		awaitHistory("event 1", "flushed", "event 2", "flushed");
	}

	@Test
	void letsNoCommandWaitForTheInterval() {
		startBatching(1024);
		offer("event 1");
		awaitHistory("event 1", "flushed");
		offer("event 2");
		this.loop.execute(note("command"));
		awaitHistory("event 1", "flushed", "event 2", "command", "flushed");
	}

	@Test
	void makesNoPauseBetweenTheTurnsThatOneBatchTakes() {
		startBatching(1 << 13);
		offer("event 1");
		awaitHistory("event 1", "flushed");
		this.handler.onFlushed = () -> {
		};
		IntStream.range(0, 4000).forEach((i) -> offer("another"));
		this.clock.addAndGet(BATCH_INTERVAL.toNanos());
		awaitUntil(() -> this.history.size() == 4002);
	}

	@Test
	void makesNoPauseBetweenTheTurnsThatMoreThanHalfOfItsInboxTakes() {
		startBatching(2048);
		offer("event 1");
		awaitHistory("event 1", "flushed");
		this.handler.onFlushed = () -> {
		};
		IntStream.range(0, 1025).forEach((i) -> offer("another"));
		awaitUntil(() -> this.history.size() == 1027);
	}

	@Test
	void doesNotWaitAfterAnEventForNobody() {
		startBatching(1024);
		this.handler.connectionsPerEvent = 0;
		offer("event 1");
		awaitHistory("event 1", "flushed");
		offer("event 2");
		awaitHistory("event 1", "flushed", "event 2", "flushed");
	}

	@Test
	void sleepsUntilMoreThanHalfOfItsInboxIsTaken() {
		AtomicReference<Thread> thread = new AtomicReference<>();
		this.handler.onDeliver = (event) -> {
			thread.set(Thread.currentThread());
			this.history.add(event);
		};
		startBatching(4, Duration.ofHours(1));
		LoopGroup<String> group = new LoopGroup<>(List.of(this.loop));
		group.offer("event 1");
		awaitHistory("event 1", "flushed");
		awaitUntil(this.loop::sleeps);
		group.offer("event 2");
		group.offer("event 3");
		awaitUntil(() -> thread.get().getState() == Thread.State.TIMED_WAITING);
		assertThat(this.history).hasSize(2);
		group.offer("event 4");
		awaitHistory("event 1", "flushed", "event 2", "event 3", "event 4", "flushed");
	}

	private void startBatching(int inboxCapacity) {
		startBatching(inboxCapacity, BATCH_INTERVAL);
	}

	private void startBatching(int inboxCapacity, Duration interval) {
		this.loop = new DeliveryLoop<>("test-loop", new LoopSettings(inboxCapacity, interval), this.handler,
				this.clock::get);
		this.handler.onFlushed = note("flushed");
		this.loop.start();
	}

	/**
	 * Waits until the loop has looked for events once more, because of a signal, which is
	 * no reason to deliver any.
	 */
	private void awaitTurn() {
		CountDownLatch turned = new CountDownLatch(1);
		TestListener listener = new TestListener();
		listener.onDrained = turned::countDown;
		writer(FakeFrameSink.ready(), listener).onWritable();
		TestLoop.await(turned);
		awaitUntil(this.loop::sleeps);
	}

	private void awaitHistory(String... expected) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.untilAsserted(() -> assertThat(this.history).containsExactly(expected));
	}

	private static void awaitUntil(Callable<Boolean> condition) {
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.until(condition);
	}

	// Capacity

	@Test
	void makesThePublisherWaitWhenItLagsAndLosesNothing() throws Exception {
		this.loop = loop(4);
		CountDownLatch gate = new CountDownLatch(1);
		this.handler.onDeliver = (event) -> {
			TestLoop.await(gate);
			this.history.add(event);
		};
		this.loop.start();
		CompletableFuture<Void> publisher = CompletableFuture
			.runAsync(() -> IntStream.range(0, 100).forEach((i) -> offer("event " + i)));
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.until(() -> this.loop.depth() >= 3);
		assertThat(publisher).isNotDone();
		gate.countDown();
		publisher.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		settle();
		assertThat(this.history)
			.containsExactlyElementsOf(IntStream.range(0, 100).mapToObj((i) -> "event " + i).toList());
		assertThat(this.loop.depth()).isZero();
	}

	@Test
	void tellsHowManyEventsWait() {
		offer("a");
		offer("b");
		assertThat(this.loop.depth()).isEqualTo(2);
		this.loop.start();
		settle();
		assertThat(this.loop.depth()).isZero();
	}

	// Failures

	@Test
	void goesOnWhenAnEventOrACommandFails() {
		this.handler.onDeliver = (event) -> {
			this.history.add(event);
			if (event.equals("exception")) {
				throw new IllegalStateException("expected by the test");
			}
			if (event.equals("error")) {
				throw new AssertionError("expected by the test");
			}
		};
		this.loop.start();
		offer("exception");
		offer("error");
		this.loop.execute(() -> {
			throw new IllegalStateException("expected by the test");
		});
		this.loop.execute(() -> {
			throw new AssertionError("expected by the test");
		});
		offer("next");
		this.loop.execute(note("command"));
		settle();
		assertThat(this.history).containsExactly("exception", "error", "next", "command");
	}

	@Test
	void goesOnWhenTheHandlerFailsAfterAFlush() {
		AtomicBoolean failed = new AtomicBoolean();
		this.handler.onFlushed = () -> {
			if (failed.compareAndSet(false, true)) {
				throw new IllegalStateException("expected by the test");
			}
		};
		this.loop.start();
		offer("event 1");
		settle();
		offer("event 2");
		settle();
		assertThat(failed).isTrue();
		assertThat(this.history).contains("event 2");
	}

	/**
	 * One connection that cannot be served must not end the others.
	 */
	@Test
	void writesToTheOthersWhenAConnectionFails() {
		FakeFrameSink failingSink = FakeFrameSink.ready();
		FakeFrameSink sink = FakeFrameSink.ready();
		TestListener failing = new TestListener();
		ConnectionWriter failingWriter = writer(failingSink, failing);
		ConnectionWriter writer = writer(sink, new TestListener());
		failingSink.attach(failingWriter);
		sink.attach(writer);
		this.handler.onDeliver = (event) -> {
			failingWriter.offer(frame(event));
			writer.offer(frame(event));
		};
		this.loop.start();
		settle();
		failing.onDrained = () -> {
			throw new IllegalStateException("expected by the test");
		};
		offer("a");
		assertThat(sink.nextWrite()).isEqualTo("a");
		offer("b");
		assertThat(sink.nextWrite()).isEqualTo("b");
		settle();
	}

	@Test
	void goesOnWhenATimerFails() {
		CountDownLatch expired = new CountDownLatch(1);
		this.loop.start();
		this.loop.execute(() -> this.loop.timers().schedule(new TimerWheel.Entry() {

			@Override
			void expire(long nowNanos) {
				expired.countDown();
				throw new IllegalStateException("expected by the test");
			}

		}, System.nanoTime() + 1));
		TestLoop.await(expired);
		settle();
	}

	// The end

	@Test
	void runsTheCommandsThatAreThereWhenItStops() {
		CountDownLatch gate = new CountDownLatch(1);
		this.loop.start();
		this.loop.execute(() -> TestLoop.await(gate));
		IntStream.range(0, 100).forEach((i) -> this.loop.execute(note("command " + i)));
		offer("event");
		this.loop.execute(note("last"));
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.loop::stop);
		gate.countDown();
		assertThat(stopped).succeedsWithin(PATIENCE);
		assertThat(this.history).hasSize(102).endsWith("event", "last");
	}

	@Test
	void hasEndedItsThreadWhenStopReturns() {
		AtomicReference<Thread> thread = new AtomicReference<>();
		this.loop.start();
		this.loop.execute(() -> thread.set(Thread.currentThread()));
		settle();
		this.loop.stop();
		assertThat(thread.get().isAlive()).isFalse();
		this.loop.stop();
	}

	@Test
	void doesNotHoldUpAPublisherAfterItHasStopped() {
		this.loop = loop(4);
		this.loop.start();
		this.loop.stop();
		CompletableFuture<Void> publisher = CompletableFuture
			.runAsync(() -> IntStream.range(0, 100).forEach((i) -> offer("event " + i)));
		assertThat(publisher).succeedsWithin(PATIENCE);
	}

	@Test
	void letsAPublisherGoThatWaitsWhenItStops() {
		this.loop = loop(4);
		CountDownLatch gate = new CountDownLatch(1);
		this.handler.onDeliver = (event) -> TestLoop.await(gate);
		this.loop.start();
		CompletableFuture<Void> publisher = CompletableFuture
			.runAsync(() -> IntStream.range(0, 10_000).forEach((i) -> offer("event " + i)));
		Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2))
			.until(() -> this.loop.depth() >= 3);
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(this.loop::stop);
		gate.countDown();
		assertThat(publisher).succeedsWithin(PATIENCE);
		assertThat(stopped).succeedsWithin(PATIENCE);
	}

	@Test
	void startsAgain() {
		this.loop.start();
		offer("event 1");
		settle();
		this.loop.stop();
		offer("event 2");
		this.loop.execute(note("command"));
		this.loop.start();
		settle();
		assertThat(this.history).containsExactly("event 1", "event 2", "command");
	}

	// Fixture

	/**
	 * Waits until the loop has done all that was asked of it so far.
	 */
	private void settle() {
		CountDownLatch settled = new CountDownLatch(1);
		this.loop.execute(settled::countDown);
		TestLoop.await(settled);
	}

	private DeliveryLoop<String> loop(int inboxCapacity) {
		return new DeliveryLoop<>("test-loop", new LoopSettings(inboxCapacity, Duration.ZERO), this.handler);
	}

	private Runnable note(String what) {
		return () -> this.history.add(what);
	}

	private ConnectionWriter writer(FrameSink sink, WriterListener listener) {
		WriterSettings settings = new WriterSettings(10, 1000, OverflowPolicy.DISCONNECT, Duration.ofSeconds(30),
				HeartbeatMode.COMMENT, Duration.ofMinutes(5), null, Duration.ofSeconds(5));
		return new ConnectionWriter(this.loop, settings, new DeliveryCounters(), listener, sink);
	}

	private static Frame frame(String text) {
		return new Frame(text.getBytes(StandardCharsets.UTF_8), null, true);
	}

	private final class TestHandler implements DeliveryLoop.Handler<String> {

		private volatile Consumer<String> onDeliver = DeliveryLoopTests.this.history::add;

		private volatile int connectionsPerEvent = 1;

		private volatile Runnable onFlushed = () -> {
		};

		@Override
		public int deliver(String event) {
			this.onDeliver.accept(event);
			return this.connectionsPerEvent;
		}

		@Override
		public void flushed() {
			this.onFlushed.run();
		}

	}

	private void offer(String event) {
		this.loop.add(event);
		this.loop.wake();
	}

	private static final class TestListener implements WriterListener {

		private volatile Runnable onDrained = () -> {
		};

		@Override
		public void onDrained() {
			this.onDrained.run();
		}

		@Override
		public void onDropped(DropReason reason, int count) {
		}

		@Override
		public void onEnd(CloseReason reason, @Nullable Throwable cause) {
		}

		@Override
		public void onEnded() {
		}

	}

}
