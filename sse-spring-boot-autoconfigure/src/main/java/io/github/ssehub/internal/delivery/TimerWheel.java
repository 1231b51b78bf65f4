package io.github.ssehub.internal.delivery;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The timers of one loop, one entry for each connection. Scheduling and cancelling cost
 * the same however many there are. An entry expires at the first tick after its deadline,
 * never before. Used by the loop's thread alone.
 */
final class TimerWheel {

	private static final Log logger = LogFactory.getLog(TimerWheel.class);

	static final long TICK_NANOS = 100_000_000;

	private static final int BUCKETS = 1024;

	private final @Nullable Entry[] buckets = new Entry[BUCKETS];

	private final long startNanos;

	private long currentTick;

	private int size;

	TimerWheel(long nowNanos) {
		this.startNanos = nowNanos;
	}

	void schedule(Entry entry, long deadlineNanos) {
		cancel(entry);
		long tick = (deadlineNanos - this.startNanos + TICK_NANOS - 1) / TICK_NANOS;
		entry.tick = Math.max(tick, this.currentTick + 1);
		link(entry);
		this.size++;
	}

	void cancel(Entry entry) {
		if (!entry.linked) {
			return;
		}
		Entry previous = entry.previous;
		Entry next = entry.next;
		if (previous != null) {
			previous.next = next;
		}
		else {
			this.buckets[bucket(entry.tick)] = next;
		}
		if (next != null) {
			next.previous = previous;
		}
		entry.previous = null;
		entry.next = null;
		entry.linked = false;
		this.size--;
	}

	/**
	 * Expires what is due.
	 */
	void advance(long nowNanos) {
		long tick = (nowNanos - this.startNanos) / TICK_NANOS;
		if (this.size == 0) {
			this.currentTick = Math.max(tick, this.currentTick);
			return;
		}
		// After a long pause one turn of the wheel meets every entry there is.
		this.currentTick = Math.max(this.currentTick, tick - BUCKETS);
		while (this.currentTick < tick) {
			this.currentTick++;
			expire(bucket(this.currentTick), tick, nowNanos);
		}
	}

	private void expire(int bucket, long tick, long nowNanos) {
		Entry entry = this.buckets[bucket];
		while (entry != null) {
			Entry next = entry.next;
			if (entry.tick <= tick) {
				cancel(entry);
				try {
					entry.expire(nowNanos);
				}
				catch (RuntimeException | Error ex) {
					logger.error("A timer failed", ex);
				}
			}
			entry = next;
		}
	}

	/**
	 * How long the loop may sleep.
	 */
	long nanosToNextTick(long nowNanos) {
		if (this.size == 0) {
			return Long.MAX_VALUE;
		}
		return Math.max(1, this.startNanos + (this.currentTick + 1) * TICK_NANOS - nowNanos);
	}

	int size() {
		return this.size;
	}

	private void link(Entry entry) {
		int bucket = bucket(entry.tick);
		Entry first = this.buckets[bucket];
		entry.next = first;
		if (first != null) {
			first.previous = entry;
		}
		this.buckets[bucket] = entry;
		entry.linked = true;
	}

	private static int bucket(long tick) {
		return (int) (tick & (BUCKETS - 1));
	}

	/**
	 * Something with a deadline. An expiring entry may schedule or cancel itself, and no
	 * other entry.
	 */
	abstract static class Entry {

		private @Nullable Entry previous;

		private @Nullable Entry next;

		private long tick;

		private boolean linked;

		abstract void expire(long nowNanos);

	}

}
