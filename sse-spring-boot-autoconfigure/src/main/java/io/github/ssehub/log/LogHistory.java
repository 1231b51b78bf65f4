package io.github.ssehub.log;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The latest entries of a log in memory, without a hole between them: all that a log in
 * memory keeps, or what a node has at hand of a log elsewhere. Safe for use by any
 * thread.
 */
public final class LogHistory {

	private final ReentrantLock lock = new ReentrantLock();

	private final LogLimits limits;

	private final LongSupplier nanoTime;

	/** A circular array that grows as it is used. An entry's offset says where it is. */
	private @Nullable LogEntry[] slots = new LogEntry[64];

	/** The offset of the oldest entry, or of the next one to come. */
	private long firstOffset = 1;

	private int size;

	private long bytes;

	/**
	 * Creates an empty history. The next entry is to have offset 1.
	 * @param limits how much it keeps
	 * @param nanoTime the clock of {@link LogEntry#appendedNanos()}
	 */
	public LogHistory(LogLimits limits, LongSupplier nanoTime) {
		this.limits = limits;
		this.nanoTime = nanoTime;
	}

	/**
	 * Adds the next entry, and evicts the oldest ones as the limits want it.
	 * @param entry a kept entry; its offset follows that of the last one
	 */
	public void add(LogEntry entry) {
		this.lock.lock();
		try {
			long next = this.firstOffset + this.size;
			if (entry.position().offset() != next) {
				throw new IllegalArgumentException("Offset %d is next and not %s".formatted(next, entry.position()));
			}
			if (this.size == this.slots.length) {
				growLocked();
			}
			this.slots[slot(next)] = entry;
			this.size++;
			this.bytes += entry.frame().length;
			evictLocked();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Returns entries that follow each other.
	 * @param after the offset before the first one
	 * @param upTo the offset of the last one
	 * @param limit the greatest number of entries
	 * @return the entries, or {@code null} if one of them is not here
	 */
	public @Nullable List<LogEntry> read(long after, long upTo, int limit) {
		this.lock.lock();
		try {
			evictLocked();
			if (after + 1 < this.firstOffset || upTo >= this.firstOffset + this.size) {
				return null;
			}
			int count = (int) Math.min(upTo - after, limit);
			List<LogEntry> entries = new ArrayList<>(Math.max(0, count));
			for (long offset = after + 1; offset <= after + count; offset++) {
				entries.add(Objects.requireNonNull(this.slots[slot(offset)]));
			}
			return entries;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forgets all entries.
	 * @param offset the one before that of the next entry to come
	 */
	public void clear(long offset) {
		this.lock.lock();
		try {
			while (this.size > 0) {
				removeFirstLocked();
			}
			this.firstOffset = offset + 1;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many entries there are.
	 * @return the number of entries
	 */
	public int size() {
		this.lock.lock();
		try {
			return this.size;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * How many bytes their frames have.
	 * @return the number of bytes
	 */
	public long bytes() {
		this.lock.lock();
		try {
			return this.bytes;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void growLocked() {
		@Nullable LogEntry[] old = this.slots;
		this.slots = new LogEntry[old.length * 2];
		for (long offset = this.firstOffset; offset < this.firstOffset + this.size; offset++) {
			this.slots[slot(offset)] = old[(int) (offset & (old.length - 1))];
		}
	}

	private void evictLocked() {
		long now = this.nanoTime.getAsLong();
		while (this.size > 0 && (this.size > this.limits.history() || this.bytes > this.limits.maxBytes()
				|| isTooOld(Objects.requireNonNull(this.slots[slot(this.firstOffset)]), now))) {
			removeFirstLocked();
		}
	}

	private boolean isTooOld(LogEntry entry, long now) {
		Duration maxAge = this.limits.maxAge();
		return maxAge != null && now - entry.appendedNanos() > maxAge.toNanos();
	}

	private void removeFirstLocked() {
		LogEntry removed = Objects.requireNonNull(this.slots[slot(this.firstOffset)]);
		this.slots[slot(this.firstOffset)] = null;
		this.firstOffset++;
		this.size--;
		this.bytes -= removed.frame().length;
	}

	private int slot(long offset) {
		return (int) (offset & (this.slots.length - 1));
	}

}
