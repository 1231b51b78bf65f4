package io.github.ssehub.internal.redis;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before the next attempt to reach Redis: longer each time, and with
 * jitter, since all nodes lose Redis at once. Not safe for use by several threads.
 */
public final class BackOff {

	private static final long MIN_NANOS = 100_000_000;

	private final long maxNanos;

	private long nanos = MIN_NANOS;

	/**
	 * Creates one that begins with a tenth of a second.
	 * @param max the longest wait
	 */
	public BackOff(Duration max) {
		this.maxNanos = max.toNanos();
	}

	/**
	 * The wait before the next attempt.
	 * @return the time in nanoseconds
	 */
	public long nextNanos() {
		long next = ThreadLocalRandom.current().nextLong(this.nanos / 2, this.nanos);
		this.nanos = Math.min(2 * this.nanos, this.maxNanos);
		return next;
	}

	/**
	 * Begins anew, because an attempt was successful.
	 */
	public void reset() {
		this.nanos = MIN_NANOS;
	}

}
