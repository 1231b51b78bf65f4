package io.github.ssehub.internal.hub;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Calls of application code that wait for threads of their own, begun in the order in
 * which they came. With one thread they also run one after the other.
 * <p>
 * It takes every call, because clean-up code hangs on them. It says in the log when they
 * pile up, and {@link ConnectionRegistry} admits nobody while too many wait.
 */
final class CallbackQueue {

	private static final Log logger = LogFactory.getLog(CallbackQueue.class);

	/** As many waiting calls are worth a warning. */
	static final int MANY = 1_000;

	/** For so long no call may have begun while one waits. */
	static final long STALL_NANOS = TimeUnit.SECONDS.toNanos(10);

	static final long WARNING_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

	private static final long IDLE_SECONDS = 30;

	private final String owner;

	private final int threads;

	private final LongSupplier nanoTime;

	private final ThreadPoolExecutor executor;

	private final AtomicInteger unfinished = new AtomicInteger();

	private final AtomicLong warnedNanos;

	/** When a call last began, or came while there was no other. */
	private volatile long progressNanos;

	/**
	 * Creates a queue.
	 * @param owner whose calls these are, as the log names it at the beginning of a
	 * sentence
	 * @param threadName the name of its threads, which get a number if there are several
	 * @param threads the greatest number of threads; several end when they have been idle
	 * @param nanoTime the clock
	 */
	CallbackQueue(String owner, String threadName, int threads, LongSupplier nanoTime) {
		this.owner = owner;
		this.threads = threads;
		this.nanoTime = nanoTime;
		this.progressNanos = nanoTime.getAsLong();
		this.warnedNanos = new AtomicLong(this.progressNanos - WARNING_INTERVAL_NANOS);
		AtomicInteger number = new AtomicInteger();
		this.executor = new ThreadPoolExecutor(threads, threads, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task,
							(threads > 1) ? threadName + "-" + number.incrementAndGet() : threadName);
					thread.setDaemon(true);
					return thread;
				});
		// Not a single thread: the one that takes the place of one that has just timed
		// out
		// may begin with a later call.
		this.executor.allowCoreThreadTimeOut(threads > 1);
	}

	/**
	 * Adds a call. It is not run when the queue was closed before.
	 */
	void execute(Runnable call) {
		if (this.unfinished.getAndIncrement() == 0) {
			this.progressNanos = this.nanoTime.getAsLong();
		}
		try {
			this.executor.execute(() -> run(call));
		}
		catch (RejectedExecutionException ex) {
			this.unfinished.decrementAndGet();
			logger.debug(this.owner + " was to be called after the end and was not", ex);
			return;
		}
		catch (RuntimeException | Error ex) {
			// No thread can be started.
			this.unfinished.decrementAndGet();
			throw ex;
		}
		warnWhenBehind();
	}

	private void run(Runnable call) {
		this.progressNanos = this.nanoTime.getAsLong();
		try {
			runSafely(call);
		}
		finally {
			this.unfinished.decrementAndGet();
		}
	}

	/**
	 * Runs a part of a call, so that what it throws keeps no other part from running.
	 */
	void runSafely(Runnable call) {
		try {
			call.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error(this.owner + " failed", ex);
		}
	}

	private void warnWhenBehind() {
		int waiting = waiting();
		if (waiting == 0) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		long stalled = now - this.progressNanos;
		if ((waiting >= MANY || stalled >= STALL_NANOS) && mayWarn(now)) {
			logger.warn(
					"%s is behind. Calls that wait: %d. The last one that began did so %d s ago. Find out what it waits for"
						.formatted(this.owner, waiting, TimeUnit.NANOSECONDS.toSeconds(stalled)));
		}
	}

	private boolean mayWarn(long now) {
		long warned = this.warnedNanos.get();
		return now - warned >= WARNING_INTERVAL_NANOS && this.warnedNanos.compareAndSet(warned, now);
	}

	/**
	 * How many calls have no thread yet.
	 */
	int waiting() {
		return Math.max(0, this.unfinished.get() - this.threads);
	}

	/**
	 * Whether no call waits or runs.
	 */
	boolean isIdle() {
		return this.unfinished.get() == 0;
	}

	/**
	 * Takes no more calls.
	 */
	void close() {
		this.executor.shutdown();
	}

	/**
	 * Waits for the calls that are there, at most until a moment. Then gives up those
	 * that have not begun, and interrupts the others.
	 * @return how many were given up
	 */
	int awaitEnd(long deadlineNanos) {
		try {
			if (this.executor.awaitTermination(deadlineNanos - this.nanoTime.getAsLong(), TimeUnit.NANOSECONDS)) {
				return 0;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return this.executor.shutdownNow().size();
	}

}
