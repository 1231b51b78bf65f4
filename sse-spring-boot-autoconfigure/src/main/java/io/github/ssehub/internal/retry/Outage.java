package io.github.ssehub.internal.retry;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * Whether something fails at the moment, since when and why, and how long to wait before
 * the next attempt. Changed by one thread at a time, read by any.
 */
public final class Outage {

	private static final String UNKNOWN = "it failed, and the reason could not be found out";

	private final Listener listener;

	private final BackOff backOff;

	private BackOffExecution waits;

	private final long maxPauseNanos;

	private final LongSupplier nanoTime;

	/** Whether it works since {@link #workingSinceNanos}. */
	private boolean works;

	private long workingSinceNanos;

	private volatile @Nullable String reason;

	private volatile long sinceNanos;

	/**
	 * Creates it. Nothing has failed yet.
	 * @param firstPause about how long to wait after the first failure
	 * @param maxPause the longest wait
	 * @param listener told of the first failure and of the end
	 */
	public Outage(Duration firstPause, Duration maxPause, Listener listener) {
		this(firstPause, maxPause, listener, System::nanoTime);
	}

	Outage(Duration firstPause, Duration maxPause, Listener listener, LongSupplier nanoTime) {
		ExponentialBackOff backOff = new ExponentialBackOff(firstPause.toMillis(), 2);
		// What all nodes wait for comes back for all of them at once.
		backOff.setJitter(firstPause.toMillis() / 2);
		backOff.setMaxInterval(maxPause.toMillis());
		this.backOff = backOff;
		this.waits = backOff.start();
		this.maxPauseNanos = maxPause.toNanos();
		this.listener = listener;
		this.nanoTime = nanoTime;
	}

	/**
	 * Notes a failure.
	 * @param failure what was thrown
	 */
	public void failed(Throwable failure) {
		boolean first = this.reason == null;
		if (first) {
			this.sinceNanos = this.nanoTime.getAsLong();
			// Whatever comes next may fail, too, without memory for instance.
			this.reason = UNKNOWN;
		}
		String reason = this.listener.reason(failure);
		this.reason = reason;
		if (first) {
			this.listener.onOutage(reason, failure);
		}
	}

	/**
	 * Notes that it works.
	 */
	public void ended() {
		if (!this.works) {
			this.works = true;
			this.workingSinceNanos = this.nanoTime.getAsLong();
		}
		if (this.reason != null) {
			this.reason = null;
			this.listener.onEnd(TimeUnit.NANOSECONDS.toMillis(nanos()));
		}
	}

	/**
	 * Why it does not work.
	 * @return the last reason, or {@code null} if it works
	 */
	public @Nullable String reason() {
		return this.reason;
	}

	/**
	 * For how long it has not worked.
	 * @return the time since the first failure; without meaning if it works
	 */
	public long nanos() {
		return this.nanoTime.getAsLong() - this.sinceNanos;
	}

	/**
	 * How long to wait before the next attempt: longer each time, until it has worked for
	 * as long as the longest wait. What works for a moment and fails again and again must
	 * not be tried without a pause.
	 * @return the pause
	 */
	public Duration nextPause() {
		if (this.works && this.nanoTime.getAsLong() - this.workingSinceNanos >= this.maxPauseNanos) {
			this.waits = this.backOff.start();
		}
		this.works = false;
		return Duration.ofMillis(this.waits.nextBackOff());
	}

	/**
	 * Told of an outage, to log it.
	 */
	public interface Listener {

		/**
		 * Says what a failure means.
		 * @param failure what was thrown
		 * @return the reason, for the log and health
		 */
		String reason(Throwable failure);

		/**
		 * Called at the first failure.
		 * @param reason the reason
		 * @param failure what was thrown
		 */
		void onOutage(String reason, Throwable failure);

		/**
		 * Called when it works again.
		 * @param millis how long it did not
		 */
		void onEnd(long millis);

	}

}
