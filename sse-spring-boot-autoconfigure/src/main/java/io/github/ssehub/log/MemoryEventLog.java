package io.github.ssehub.log;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A bounded log in the memory of this process.
 *
 * Two locks: {@link #order} is held while a record gets its place and is handed to the
 * tail, which makes the order of the log the order of delivery. {@link #lock} guards the
 * state and is never held while the tail is called, because a tail that waits for a
 * delivery loop must not keep that loop from reading. Who takes both takes {@code order}
 * first.
 */
final class MemoryEventLog implements EventLog {

	private static final SecureRandom RANDOM = new SecureRandom();

	private final String epoch = Long.toString(RANDOM.nextLong(1L << 48, 1L << 49), Character.MAX_RADIX);

	private final ReentrantLock order = new ReentrantLock();

	private final ReentrantLock lock = new ReentrantLock();

	private final LogLimits limits;

	private final LongSupplier nanoTime;

	private final History history = new History();

	/** The appended ids, the oldest first. */
	private final LinkedHashMap<String, SeenId> seenIds = new LinkedHashMap<>();

	private volatile Position head = new Position(this.epoch, 0);

	private volatile @Nullable Consumer<LogEntry> tail;

	private volatile boolean closed;

	MemoryEventLog(LogLimits limits, LongSupplier nanoTime) {
		this.limits = limits;
		this.nanoTime = nanoTime;
	}

	@Override
	public void start(Consumer<LogEntry> tail) {
		this.lock.lock();
		try {
			if (this.tail != null) {
				throw new IllegalStateException("The event log was started already");
			}
			this.tail = tail;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public Appended append(LogRecord record) {
		this.order.lock();
		try {
			SeenId seen = seen(record.id());
			if (seen != null) {
				return new Appended(seen.position(), true);
			}
			LogEntry entry = add(record);
			requireTail().accept(entry);
			return new Appended(entry.position(), false);
		}
		finally {
			this.order.unlock();
		}
	}

	private @Nullable SeenId seen(@Nullable String id) {
		this.lock.lock();
		try {
			requireTail();
			if (id == null) {
				return null;
			}
			forgetIds(this.nanoTime.getAsLong());
			return this.seenIds.get(id);
		}
		finally {
			this.lock.unlock();
		}
	}

	private LogEntry add(LogRecord record) {
		long now = this.nanoTime.getAsLong();
		Position position = record.ephemeral() ? this.head : this.head.at(this.head.offset() + 1);
		LogEntry entry = new LogEntry(position, record, now);
		this.lock.lock();
		try {
			if (!record.ephemeral()) {
				keep(entry, now);
			}
			if (record.id() != null) {
				this.seenIds.put(record.id(), new SeenId(position, now));
				forgetIds(now);
			}
		}
		finally {
			this.lock.unlock();
		}
		return entry;
	}

	private Consumer<LogEntry> requireTail() {
		Consumer<LogEntry> tail = this.tail;
		if (tail == null || this.closed) {
			throw new IllegalStateException("The event log is " + ((tail == null) ? "not started" : "closed"));
		}
		return tail;
	}

	private void keep(LogEntry entry, long now) {
		this.head = entry.position();
		this.history.add(entry);
		evict(now);
	}

	private void evict(long now) {
		LogEntry first = this.history.first();
		while (first != null
				&& (this.history.size() > this.limits.history() || this.history.bytes() > this.limits.maxBytes()
						|| isOlderThan(this.limits.maxAge(), first.appendedNanos(), now))) {
			this.history.removeFirst();
			first = this.history.first();
		}
	}

	private void forgetIds(long now) {
		var oldest = this.seenIds.values().iterator();
		while (oldest.hasNext()) {
			SeenId seen = oldest.next();
			if (this.seenIds.size() <= this.limits.idempotencyMaxIds()
					&& !isOlderThan(this.limits.idempotencyWindow(), seen.nanos(), now)) {
				return;
			}
			oldest.remove();
		}
	}

	private static boolean isOlderThan(@Nullable Duration age, long since, long now) {
		return age != null && now - since > age.toNanos();
	}

	@Override
	public Position head() {
		return this.head;
	}

	@Override
	public Replay read(Position after, Position upTo, int limit) {
		if (!after.epoch().equals(this.epoch)) {
			return new Replay.Gap(Replay.Gap.Cause.EPOCH);
		}
		this.lock.lock();
		try {
			long last = this.head.offset();
			if (after.offset() > last) {
				return new Replay.Unknown();
			}
			long end = Math.min(upTo.offset(), last);
			if (after.offset() >= end) {
				return new Replay.Entries(List.of());
			}
			evict(this.nanoTime.getAsLong());
			long next = after.offset() + 1;
			if (next < this.history.firstOffset()) {
				return new Replay.Gap(Replay.Gap.Cause.EVICTED);
			}
			return new Replay.Entries(this.history.copy(next, (int) Math.min(end - after.offset(), limit)));
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public boolean readsFromMemory() {
		return true;
	}

	@Override
	public Map<String, Object> describe() {
		this.lock.lock();
		try {
			Map<String, Object> description = new LinkedHashMap<>();
			description.put("type", "memory");
			description.put("head", this.head.toString());
			description.put("history", this.history.size());
			description.put("historyBytes", this.history.bytes());
			return description;
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.order.lock();
		this.lock.lock();
		try {
			this.closed = true;
			this.history.clear();
			this.seenIds.clear();
		}
		finally {
			this.lock.unlock();
			this.order.unlock();
		}
	}

	private record SeenId(Position position, long nanos) {
	}

	/**
	 * The kept entries, found by offset in a circular array that grows as it is used.
	 */
	private static final class History {

		private @Nullable LogEntry[] slots = new LogEntry[64];

		/** The offset of the oldest kept entry, or of the next one to come. */
		private long firstOffset = 1;

		private int size;

		private long bytes;

		void add(LogEntry entry) {
			if (this.size == this.slots.length) {
				grow();
			}
			this.slots[slot(entry.position().offset())] = entry;
			this.size++;
			this.bytes += entry.frame().length;
		}

		private void grow() {
			@Nullable LogEntry[] old = this.slots;
			this.slots = new LogEntry[old.length * 2];
			for (long offset = this.firstOffset; offset < this.firstOffset + this.size; offset++) {
				this.slots[slot(offset)] = old[(int) (offset & (old.length - 1))];
			}
		}

		@Nullable LogEntry first() {
			return (this.size > 0) ? this.slots[slot(this.firstOffset)] : null;
		}

		void removeFirst() {
			LogEntry removed = Objects.requireNonNull(first());
			this.slots[slot(this.firstOffset)] = null;
			this.firstOffset++;
			this.size--;
			this.bytes -= removed.frame().length;
		}

		List<LogEntry> copy(long fromOffset, int count) {
			List<LogEntry> copy = new ArrayList<>(count);
			for (long offset = fromOffset; offset < fromOffset + count; offset++) {
				copy.add(Objects.requireNonNull(this.slots[slot(offset)]));
			}
			return copy;
		}

		void clear() {
			while (this.size > 0) {
				removeFirst();
			}
		}

		long firstOffset() {
			return this.firstOffset;
		}

		int size() {
			return this.size;
		}

		long bytes() {
			return this.bytes;
		}

		private int slot(long offset) {
			return (int) (offset & (this.slots.length - 1));
		}

	}

}
