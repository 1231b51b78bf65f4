package io.github.ssehub.log;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A bounded log in the memory of this process.
 *
 * Two locks: {@link #order} is held while a record gets its place and is handed to the
 * tail, which makes the order of the log the order of delivery. {@link #lock} guards the
 * ids. The history has its own. Neither is held while the tail is called, because a tail
 * that waits for a delivery loop must not keep that loop from reading. Who takes
 * {@code order} and another takes {@code order} first.
 */
final class MemoryEventLog implements EventLog {

	private final ReentrantLock order = new ReentrantLock();

	private final ReentrantLock lock = new ReentrantLock();

	private final LogLimits limits;

	private final LongSupplier nanoTime;

	private final LogHistory history;

	/** The appended ids, the oldest first. */
	private final LinkedHashMap<String, SeenId> seenIds = new LinkedHashMap<>();

	private volatile Position head = Position.start();

	private volatile @Nullable LogTail tail;

	private volatile boolean closed;

	MemoryEventLog(LogLimits limits, LongSupplier nanoTime) {
		this.limits = limits;
		this.nanoTime = nanoTime;
		this.history = new LogHistory(limits, nanoTime);
	}

	@Override
	public Position start(LogTail tail) {
		this.lock.lock();
		try {
			if (this.tail != null) {
				throw new IllegalStateException("The event log was started already");
			}
			this.tail = tail;
			return this.head;
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
			requireTail().onEntry(entry);
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
		if (!record.ephemeral()) {
			this.history.add(entry);
			this.head = position;
		}
		if (record.id() != null) {
			remember(record.id(), position, now);
		}
		return entry;
	}

	private void remember(String id, Position position, long now) {
		this.lock.lock();
		try {
			this.seenIds.put(id, new SeenId(position, now));
			forgetIds(now);
		}
		finally {
			this.lock.unlock();
		}
	}

	private LogTail requireTail() {
		LogTail tail = requireStarted();
		if (this.closed) {
			throw new IllegalStateException("The event log is closed");
		}
		return tail;
	}

	private LogTail requireStarted() {
		LogTail tail = this.tail;
		if (tail == null) {
			throw new IllegalStateException("The event log is not started");
		}
		return tail;
	}

	private void forgetIds(long now) {
		var oldest = this.seenIds.values().iterator();
		while (oldest.hasNext()) {
			SeenId seen = oldest.next();
			if (this.seenIds.size() <= this.limits.idempotencyMaxIds()
					&& now - seen.nanos() <= this.limits.idempotencyWindow().toNanos()) {
				return;
			}
			oldest.remove();
		}
	}

	@Override
	public Position head() {
		requireStarted();
		return this.head;
	}

	@Override
	public Replay read(Position after, Position upTo, int limit) {
		requireStarted();
		if (!after.epoch().equals(this.head.epoch())) {
			return new Replay.Gap(Replay.Gap.Cause.EPOCH);
		}
		long last = this.head.offset();
		if (after.offset() > last) {
			return new Replay.Unknown();
		}
		long end = Math.min(upTo.offset(), last);
		if (after.offset() >= end) {
			return new Replay.Entries(List.of());
		}
		List<LogEntry> entries = this.history.read(after.offset(), end, limit);
		return (entries != null) ? new Replay.Entries(entries) : new Replay.Gap(Replay.Gap.Cause.EVICTED);
	}

	@Override
	public Replay readNow(Position after, Position upTo, int limit) {
		return read(after, upTo, limit);
	}

	@Override
	public Map<String, Object> describe() {
		requireStarted();
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("type", "memory");
		description.put("head", this.head.toString());
		description.put("history", this.history.size());
		description.put("historyBytes", this.history.bytes());
		return description;
	}

	@Override
	public void close() {
		this.order.lock();
		this.lock.lock();
		try {
			this.closed = true;
			this.history.clear(this.head.offset());
			this.seenIds.clear();
		}
		finally {
			this.lock.unlock();
			this.order.unlock();
		}
	}

	private record SeenId(Position position, long nanos) {
	}

}
