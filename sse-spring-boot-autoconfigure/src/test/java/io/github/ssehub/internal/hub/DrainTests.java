package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.SseEvent;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Drain}, whose clock stands still.
 */
class DrainTests {

	private static final Duration TIME = Duration.ofMinutes(1);

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1000);

	private final TestHub hub = TestHub.start((options) -> options.threads = 1);

	@AfterEach
	void leavesNothingBehind() {
		try {
			this.hub.assertLeavesNothingBehind();
		}
		finally {
			this.hub.close();
		}
	}

	private Drain drain() {
		return new Drain(this.hub.registry(), TIME, this.now::get);
	}

	private void pass(Duration time) {
		this.now.addAndGet(time.toNanos());
	}

	private void turn() {
		await(this.hub.registry().nextTurn());
	}

	/**
	 * Lets the loops have a turn and then the drain a step.
	 */
	private boolean step(Drain drain) {
		turn();
		return drain.step();
	}

	@Test
	void isDoneWhenAllWhoReadAreDone() {
		TestClient client = this.hub.client().connected();
		Drain drain = drain();
		assertThat(step(drain)).isFalse();
		client.sink().awaitCompleted();
		turn();
		assertThat(step(drain)).isTrue();
		assertThat(this.hub.statistics().disconnects(CloseReason.SHUTDOWN)).isOne();
	}

	@Test
	void givesUpAClientThatTakesNothing() {
		TestClient client = this.hub.client().sink(FakeFrameSink.readyFor(1)).connected();
		Drain drain = drain();
		assertThat(step(drain)).isFalse();
		turn();
		assertThat(step(drain)).isFalse();
		pass(Drain.PATIENCE.minusMillis(1));
		assertThat(step(drain)).isFalse();
		turn();
		assertThat(client.sink().isAbandoned()).isFalse();
		pass(Duration.ofMillis(1));
		assertThat(step(drain)).isFalse();
		client.sink().awaitAbandoned();
		turn();
		assertThat(step(drain)).isTrue();
	}

	@Test
	void givesUpAClientThatHasNotBegunToTakeAnything() {
		TestClient client = this.hub.client().sink(FakeFrameSink.stalled()).connect();
		Drain drain = drain();
		assertThat(step(drain)).isFalse();
		assertThat(step(drain)).isFalse();
		pass(Drain.PATIENCE);
		assertThat(step(drain)).isFalse();
		client.sink().awaitAbandoned();
		turn();
		assertThat(step(drain)).isTrue();
	}

	@Test
	void waitsForAClientThatReadsSlowly() {
		TestClient client = this.hub.client().sink(FakeFrameSink.readyFor(1)).connected();
		// Too large to go out together.
		for (int i = 0; i < 5; i++) {
			this.hub.publisher().broadcast(SseEvent.of("n", "x".repeat(40_000)));
		}
		TestHub.eventually("the queue").until(() -> client.connection().getQueuedEvents() == 5);
		Drain drain = drain();
		assertThat(step(drain)).isFalse();
		for (int i = 0; i < 5; i++) {
			turn();
			assertThat(step(drain)).isFalse();
			pass(Drain.PATIENCE.minusMillis(1));
			assertThat(client.takeOneWrite()).isNotEmpty();
			turn();
		}
		assertThat(client.connection().getState()).isEqualTo(ConnectionState.CLOSING);
		client.sink().release();
		client.sink().awaitCompleted();
		turn();
		assertThat(step(drain)).isTrue();
	}

	/**
	 * The client would take what its loop has no time to write.
	 */
	@Test
	void doesNotBlameAClientForABusyLoop() throws Exception {
		TestClient client = this.hub.client().connected();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		client.connection().shard().loop().execute(() -> {
			held.countDown();
			await(gate);
		});
		await(held);
		Drain drain = drain();
		for (int i = 0; i < 3; i++) {
			assertThat(drain.step()).isFalse();
			pass(Drain.PATIENCE.multipliedBy(2));
		}
		gate.countDown();
		step(drain);
		client.sink().awaitCompleted();
		assertThat(client.sink().isAbandoned()).isFalse();
	}

	@Test
	void closesAFewAtATime() {
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 120; i++) {
			clients.add(this.hub.client().connected());
		}
		Drain drain = drain();
		for (int closed = 50; closed < 120; closed += 50) {
			assertThat(step(drain)).isFalse();
			turn();
			assertThat(this.hub.connections().count()).isEqualTo(120 - closed);
		}
		assertThat(step(drain)).isFalse();
		clients.forEach((client) -> client.sink().awaitCompleted());
		turn();
		assertThat(step(drain)).isTrue();
	}

	@Test
	void closesAllWithinHalfOfTheTimeThoughStepsAreSlow() {
		for (int i = 0; i < 300; i++) {
			this.hub.client().connected();
		}
		Drain drain = drain();
		pass(TIME.dividedBy(3));
		assertThat(step(drain)).isFalse();
		turn();
		assertThat(this.hub.connections().count()).isEqualTo(100);
		pass(TIME.dividedBy(6).plusMillis(1));
		assertThat(step(drain)).isFalse();
		turn();
		assertThat(this.hub.connections().count()).isZero();
	}

	@Test
	void isDoneWhenItsTimeIsOver() {
		this.hub.client().sink(FakeFrameSink.readyFor(1)).connected();
		Drain drain = drain();
		assertThat(step(drain)).isFalse();
		pass(TIME);
		assertThat(step(drain)).isTrue();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
