package io.github.ssehub.internal.retry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing that is thrown ends the thread, because nobody would begin it again.
 */
class RetryingLoopTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

	private @Nullable RuntimeException failureOfListener;

	private final Outage outage = new Outage(Duration.ofMillis(1), Duration.ofMillis(4), new Outage.Listener() {

		@Override
		public String reason(Throwable failure) {
			return String.valueOf(failure.getMessage());
		}

		@Override
		public void onOutage(String reason, Throwable failure) {
			RetryingLoopTests.this.told.add("outage: " + reason);
			if (RetryingLoopTests.this.failureOfListener != null) {
				throw RetryingLoopTests.this.failureOfListener;
			}
		}

		@Override
		public void onEnd(long millis) {
			RetryingLoopTests.this.told.add("end");
		}

	});

	private @Nullable RetryingLoop loop;

	@AfterEach
	void close() {
		if (this.loop != null) {
			this.loop.close(Duration.ZERO, PATIENCE);
		}
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("away"), new OutOfMemoryError("away"), new Exception("away"),
				new NoClassDefFoundError("away"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void beginsAgainWhateverIsThrown(Throwable failure) throws Exception {
		AtomicInteger attempts = new AtomicInteger();
		RetryingLoop loop = start((one) -> {
			if (attempts.incrementAndGet() <= 3) {
				RetryingLoopTests.<RuntimeException>sneak(failure);
			}
			one.works();
			one.pause(PATIENCE);
		});
		assertThat(take()).isEqualTo("outage: away");
		assertThat(take()).isEqualTo("end");
		assertThat(attempts).hasValue(4);
		assertThat(loop.failure()).isNull();
		assertThat(this.told).isEmpty();
	}

	@Test
	void goesOnWhenTheFailureCannotBeLogged() throws Exception {
		this.failureOfListener = new IllegalStateException("no room for the log");
		AtomicInteger attempts = new AtomicInteger();
		RetryingLoop loop = start((one) -> {
			attempts.incrementAndGet();
			throw new OutOfMemoryError("away");
		});
		assertThat(take()).isEqualTo("outage: away");
		Awaitility.await("more attempts").atMost(PATIENCE).until(() -> attempts.get() > 3);
		assertThat(loop.failure()).isEqualTo("away");
		assertThat(this.told).isEmpty();
	}

	@Test
	void saysWhyTheWorkIsNotDone() throws Exception {
		BlockingQueue<String> reasons = new LinkedBlockingQueue<>(List.of("first", "second"));
		CountDownLatch over = new CountDownLatch(1);
		RetryingLoop loop = start((one) -> {
			String reason = reasons.poll();
			if (reason != null) {
				throw new IllegalStateException(reason);
			}
			over.await();
			one.works();
			one.pause(PATIENCE);
		});
		Awaitility.await("the last reason").atMost(PATIENCE).until(() -> "second".equals(loop.failure()));
		over.countDown();
		Awaitility.await("the end").atMost(PATIENCE).until(() -> loop.failure() == null);
	}

	@Test
	void beginsAgainWhenTheWorkReturns() {
		AtomicInteger attempts = new AtomicInteger();
		start((one) -> attempts.incrementAndGet());
		Awaitility.await("more attempts").atMost(PATIENCE).until(() -> attempts.get() > 3);
	}

	@Test
	void pausesUntilItIsWoken() throws Exception {
		CountDownLatch paused = new CountDownLatch(1);
		CountDownLatch woken = new CountDownLatch(1);
		RetryingLoop loop = start((one) -> {
			paused.countDown();
			one.pause(Duration.ofDays(1));
			woken.countDown();
			one.pause(Duration.ofDays(1));
		});
		assertThat(paused.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		loop.wake();
		assertThat(woken.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void doesNotPauseWhenItWasWokenBefore() throws Exception {
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch woken = new CountDownLatch(1);
		CountDownLatch over = new CountDownLatch(1);
		RetryingLoop loop = start((one) -> {
			begun.countDown();
			woken.await();
			one.pause(Duration.ofDays(1));
			over.countDown();
			one.pause(Duration.ofDays(1));
		});
		assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		loop.wake();
		woken.countDown();
		assertThat(over.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void pausesThoughSomebodyLeftAnInterrupt() throws Exception {
		BlockingQueue<Boolean> interrupted = new LinkedBlockingQueue<>();
		start((one) -> {
			Thread.currentThread().interrupt();
			one.pause(Duration.ofMillis(1));
			interrupted.add(Thread.currentThread().isInterrupted());
			one.pause(PATIENCE);
		});
		assertThat(interrupted.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isFalse();
	}

	@Test
	void interruptsWorkThatDoesNotEnd() throws Exception {
		AtomicInteger interrupts = new AtomicInteger();
		CountDownLatch begun = new CountDownLatch(1);
		CountDownLatch never = new CountDownLatch(1);
		RetryingLoop loop = start((one) -> {
			begun.countDown();
			try {
				never.await();
			}
			catch (InterruptedException ex) {
				interrupts.incrementAndGet();
				throw ex;
			}
		});
		assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		loop.close(Duration.ofMillis(1), PATIENCE);
		assertThat(interrupts).hasValue(1);
		assertThat(loop.failure()).isNull();
		assertThat(this.told).isEmpty();
	}

	@Test
	void doesNotBeginWhenItIsClosed() {
		AtomicInteger attempts = new AtomicInteger();
		RetryingLoop loop = new RetryingLoop("test-retry", this.outage, (one) -> attempts.incrementAndGet());
		loop.close(Duration.ofMillis(1), PATIENCE);
		loop.start();
		loop.close(Duration.ofMillis(1), PATIENCE);
		assertThat(attempts).hasValue(0);
		assertThat(loop.failure()).isNull();
	}

	private RetryingLoop start(RetryingLoop.Work work) {
		RetryingLoop loop = new RetryingLoop("test-retry", this.outage, work);
		this.loop = loop;
		loop.start();
		return loop;
	}

	private @Nullable String take() throws InterruptedException {
		return this.told.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneak(Throwable failure) throws T {
		throw (T) failure;
	}

}
