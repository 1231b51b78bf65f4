package io.github.ssehub.source.redis;

import java.time.Duration;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * What one node at a time has: the right to forward messages. It ends by itself, here
 * never later than in Redis, because its time is counted here from before the request and
 * there from its arrival.
 */
final class Lease {

	private final String token = UUID.randomUUID().toString();

	private final Duration time;

	private final LongSupplier nanoTime;

	/** Guards the rest, and is never held while Redis is asked. */
	private final Object lock = new Object();

	private boolean held;

	private long heldUntil;

	/** Counts the doubts, so that an answer from before one is not believed. */
	private int doubts;

	Lease(Duration time, LongSupplier nanoTime) {
		this.time = time;
		this.nanoTime = nanoTime;
	}

	/**
	 * Whether this node has the lease now.
	 */
	boolean isHeld() {
		synchronized (this.lock) {
			return this.held && this.nanoTime.getAsLong() - this.heldUntil < 0;
		}
	}

	/**
	 * Gets the lease, or keeps it for longer, unless another node has it.
	 */
	void renew(LeaseStore store) {
		int doubts;
		long from;
		synchronized (this.lock) {
			doubts = this.doubts;
			from = this.nanoTime.getAsLong();
		}
		boolean acquired = store.acquire(this.token, this.time);
		synchronized (this.lock) {
			if (doubts == this.doubts) {
				this.held = acquired;
				this.heldUntil = from + this.time.toNanos();
			}
		}
	}

	/**
	 * Does without the lease until Redis has confirmed it once more. Called when the
	 * connection was lost: Redis may have forgotten the lease, and given it to another
	 * node.
	 */
	void doubt() {
		synchronized (this.lock) {
			this.doubts++;
			this.held = false;
		}
	}

	/**
	 * Gives the lease to whoever asks first.
	 */
	void release(LeaseStore store) {
		doubt();
		store.release(this.token);
	}

}
