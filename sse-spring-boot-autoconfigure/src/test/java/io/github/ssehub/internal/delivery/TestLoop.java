package io.github.ssehub.internal.delivery;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running loop whose events are what is to be done on its thread, and whose clock the
 * test sets.
 */
final class TestLoop implements AutoCloseable {

	private static final long PATIENCE_SECONDS = 10;

	private final AtomicLong clock;

	private final Semaphore flushes = new Semaphore(0);

	private final DeliveryLoop<Runnable> loop;

	TestLoop() {
		this(1);
	}

	TestLoop(long startNanos) {
		this.clock = new AtomicLong(startNanos);
		this.loop = new DeliveryLoop<>("test-loop", new LoopSettings(1024, Duration.ZERO),
				new DeliveryLoop.Handler<>() {

					@Override
					public int deliver(Runnable event) {
						event.run();
						return 1;
					}

					@Override
					public void flushed() {
						TestLoop.this.flushes.release();
					}

				}, this.clock::get);
		this.loop.start();
	}

	private void offer(Runnable event) {
		this.loop.add(event);
		this.loop.wake();
	}

	DeliveryLoop<Runnable> loop() {
		return this.loop;
	}

	/**
	 * Does something on the loop's thread, in one go, and waits until what it queued has
	 * been written as far as possible.
	 */
	void run(Runnable action) {
		call(() -> {
			action.run();
			return true;
		});
		settle();
	}

	<T> T call(Callable<T> action) {
		CompletableFuture<T> result = new CompletableFuture<>();
		offer(() -> {
			try {
				result.complete(action.call());
			}
			catch (Exception | Error ex) {
				result.completeExceptionally(ex);
			}
		});
		return get(result);
	}

	/**
	 * Waits until the loop has done all that was asked of it, and has looked at its
	 * timers: the second event comes in a later turn than the first.
	 */
	void settle() {
		this.flushes.drainPermits();
		offer(() -> {
		});
		try {
			assertThat(this.flushes.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("the loop turns").isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		call(() -> true);
		CountDownLatch commands = new CountDownLatch(1);
		this.loop.execute(commands::countDown);
		await(commands);
	}

	/**
	 * Lets time pass, all at once.
	 */
	void advance(Duration duration) {
		this.clock.addAndGet(duration.toNanos());
		settle();
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("what is waited for happens").isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private static <T> T get(CompletableFuture<T> future) {
		try {
			return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError("The loop did not do it", ex);
		}
	}

	@Override
	public void close() {
		this.loop.stop();
	}

}
