package io.github.ssehub.internal.delivery;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LoopGroup}. A loop without timers sleeps until it is woken or its
 * interval is over, so an event that arrives was not forgotten.
 */
class LoopGroupTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final List<Recorder> recorders = IntStream.range(0, 3).mapToObj((i) -> new Recorder()).toList();

	private List<DeliveryLoop<String>> loops = List.of();

	private LoopGroup<String> group = new LoopGroup<>(this.loops);

	@AfterEach
	void stop() {
		this.loops.forEach(DeliveryLoop::stop);
	}

	@Test
	void wakesEveryLoopThatSleeps() {
		start();
		for (int round = 0; round < 200; round++) {
			awaitSleep();
			this.group.offer("event " + round);
			for (Recorder recorder : this.recorders) {
				assertThat(recorder.next()).isEqualTo("event " + round);
			}
		}
	}

	@Test
	void wakesTheOthersWhileTheFirstIsBusy() {
		start();
		CountDownLatch gate = hold(this.loops.get(0));
		awaitSleep(this.loops.subList(1, 3));
		this.group.offer("event");
		assertThat(this.recorders.get(1).next()).isEqualTo("event");
		assertThat(this.recorders.get(2).next()).isEqualTo("event");
		gate.countDown();
		assertThat(this.recorders.get(0).next()).isEqualTo("event");
	}

	@Test
	void wakesTheOthersWhileTheLastIsBusy() {
		start();
		CountDownLatch gate = hold(this.loops.get(2));
		awaitSleep(this.loops.subList(0, 2));
		this.group.offer("event");
		assertThat(this.recorders.get(0).next()).isEqualTo("event");
		assertThat(this.recorders.get(1).next()).isEqualTo("event");
		gate.countDown();
		assertThat(this.recorders.get(2).next()).isEqualTo("event");
	}

	@Test
	void wakesTheOthersWhileItWaitsForRoomAtTheLast() {
		start();
		CountDownLatch gate = hold(this.loops.get(2));
		IntStream.range(0, 1024).forEach((i) -> this.group.offer("event " + i));
		this.recorders.subList(0, 2).forEach((recorder) -> recorder.awaitEvent("event 1023"));
		awaitSleep(this.loops.subList(0, 2));
		CompletableFuture<Void> publisher = CompletableFuture.runAsync(() -> this.group.offer("last"));
		assertThat(this.recorders.get(0).next()).isEqualTo("last");
		assertThat(this.recorders.get(1).next()).isEqualTo("last");
		assertThat(publisher).isNotDone();
		gate.countDown();
		assertThat(publisher).succeedsWithin(PATIENCE);
		this.recorders.get(2).awaitEvent("last");
	}

	/**
	 * Loops fall asleep at any moment between two events.
	 */
	@Test
	void forgetsNoLoopHoweverEventsFollowEachOther() {
		start();
		for (int i = 0; i < 50_000; i++) {
			this.group.offer(Integer.toString(i));
			if (i % 512 == 0) {
				String last = Integer.toString(i);
				this.recorders.forEach((recorder) -> recorder.awaitEvent(last));
			}
		}
		this.recorders.forEach((recorder) -> recorder.awaitEvent("49999"));
	}

	/**
	 * Intervals end at any moment between two events.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 20, 1000 })
	void forgetsNoLoopThatLetsEventsWait(long batchMicros) {
		start(Duration.of(batchMicros, ChronoUnit.MICROS));
		Random random = new Random(batchMicros);
		for (int i = 0; i < 2000; i++) {
			String last = Integer.toString(i);
			IntStream.range(0, random.nextInt(16)).forEach((j) -> this.group.offer("another"));
			this.group.offer(last);
			this.recorders.forEach((recorder) -> recorder.awaitEvent(last));
		}
	}

	private void start() {
		start(Duration.ZERO);
	}

	private void start(Duration batchInterval) {
		LoopSettings settings = new LoopSettings(1024, batchInterval);
		this.loops = this.recorders.stream()
			.map((recorder) -> new DeliveryLoop<>("test-loop", settings, recorder))
			.toList();
		this.group = new LoopGroup<>(this.loops);
		this.loops.forEach(DeliveryLoop::start);
	}

	private void awaitSleep() {
		awaitSleep(this.loops);
	}

	private static void awaitSleep(List<DeliveryLoop<String>> loops) {
		loops.forEach((loop) -> Awaitility.await()
			.atMost(PATIENCE)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.until(loop::sleeps));
	}

	private static CountDownLatch hold(DeliveryLoop<String> loop) {
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		loop.execute(() -> {
			held.countDown();
			TestLoop.await(gate);
		});
		TestLoop.await(held);
		return gate;
	}

	private static final class Recorder implements DeliveryLoop.Handler<String> {

		private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

		@Override
		public int deliver(String event) {
			this.events.add(event);
			return 1;
		}

		@Override
		public void flushed() {
		}

		private @Nullable String next() {
			try {
				return this.events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private void awaitEvent(String last) {
			String event = next();
			while (event != null && !event.equals(last)) {
				event = next();
			}
			assertThat(event).isEqualTo(last);
		}

	}

}
