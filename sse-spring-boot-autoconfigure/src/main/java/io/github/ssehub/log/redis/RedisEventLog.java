package io.github.ssehub.log.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

import io.github.ssehub.autoconfigure.SseConfigurationException;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogHistory;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.NodeChannel;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;

/**
 * A log on a Redis Stream that several nodes share.
 *
 * Each node follows the stream and has its latest entries in memory, which it replays
 * from; what is older it reads from Redis. A node's own events come to it by the stream
 * as well, so every node sees the same order.
 */
final class RedisEventLog implements EventLog {

	private static final long POLL_NANOS = 2_000_000;

	private final RedisConnections connections;

	private final RedisLogKeys keys;

	private final LogLimits limits;

	private final Duration timeout;

	private final RedisLogStore store;

	private final LogHistory history;

	private final RedisNodeChannel nodeChannel;

	private final Object headLock = new Object();

	/** What this node knows of the head, which its tail may not have reached. */
	private volatile Position known = Position.start();

	private volatile @Nullable RedisLogTail tail;

	private volatile boolean closed;

	RedisEventLog(RedisConnections connections, String key, LogLimits limits, Duration timeout) {
		this.connections = connections;
		this.keys = RedisLogKeys.of(key);
		this.limits = limits;
		this.timeout = timeout;
		this.store = new RedisLogStore(connections.commands(), this.keys, limits);
		this.history = new LogHistory(limits, System::nanoTime);
		this.nodeChannel = new RedisNodeChannel(connections, this.keys.channel());
	}

	@Override
	public Position start(LogTail tail) {
		synchronized (this.headLock) {
			if (this.tail != null) {
				throw new IllegalStateException("The event log was started already");
			}
			this.tail = new RedisLogTail(this.store, this.connections, this.keys, this.history, tail,
					this.limits.maxAge(), this.limits.history());
		}
		try {
			return requireTail().start();
		}
		catch (RedisKeyTakenException ex) {
			throw new SseConfigurationException("sse.log.redis.key", EntryFields.text(this.keys.stream()),
					String.valueOf(ex.getMessage()),
					"Set sse.log.redis.key to a name that nothing else uses in this Redis, or delete the key '%s' if nobody needs what is in it."
						.formatted(ex.key()));
		}
	}

	@Override
	public Appended append(LogRecord record) {
		requireRedis();
		try {
			Appended appended = this.store.append(record, head());
			if (!appended.duplicate()) {
				know(appended.position());
			}
			return appended;
		}
		catch (RuntimeException ex) {
			requireTail();
			throw ex;
		}
	}

	private RedisLogTail requireTail() {
		RedisLogTail tail = this.tail;
		if (tail == null || this.closed) {
			throw new IllegalStateException("The event log is " + ((tail == null) ? "not started" : "closed"));
		}
		return tail;
	}

	/**
	 * Nobody waits for Redis when it is known to be away.
	 */
	private void requireRedis() {
		String failure = requireTail().longFailure();
		if (failure != null) {
			throw new EventLogException("The event log in Redis is not available: " + failure, null);
		}
	}

	private void know(Position position) {
		synchronized (this.headLock) {
			if (!position.epoch().equals(this.known.epoch()) || position.offset() > this.known.offset()) {
				this.known = position;
			}
		}
	}

	@Override
	public Position head() {
		RedisLogTail tail = this.tail;
		if (tail == null) {
			throw new IllegalStateException("The event log is not started");
		}
		Position followed = tail.position();
		Position known = this.known;
		boolean ahead = known.epoch().equals(followed.epoch()) && known.offset() > followed.offset();
		return ahead ? known : followed;
	}

	@Override
	public @Nullable Replay readNow(Position after, Position upTo, int limit) {
		Position followed = requireTail().position();
		if (!after.epoch().equals(followed.epoch()) || !after.epoch().equals(upTo.epoch())
				|| after.offset() > followed.offset()) {
			return null;
		}
		if (after.offset() >= upTo.offset()) {
			return new Replay.Entries(List.of());
		}
		if (upTo.offset() > followed.offset() || after.offset() < head().offset() - this.limits.history()) {
			// Not here yet; or evicted, though it is here as long as the tail lags.
			return null;
		}
		List<LogEntry> entries = this.history.read(after.offset(), upTo.offset(), limit);
		// The history may have gone over to another life of the log meanwhile.
		if (entries == null || entries.isEmpty() || !entries.get(0).position().epoch().equals(after.epoch())) {
			return null;
		}
		return new Replay.Entries(entries);
	}

	@Override
	public Replay read(Position after, Position upTo, int limit) {
		Replay now = readNow(after, upTo, limit);
		return (now != null) ? now : readFromRedis(after, upTo, limit);
	}

	private Replay readFromRedis(Position after, Position upTo, int limit) {
		requireRedis();
		RedisLogState state = this.store.state(head());
		Position head = state.head();
		if (!after.epoch().equals(head.epoch())) {
			return new Replay.Gap(Replay.Gap.Cause.EPOCH);
		}
		awaitTail(head.epoch());
		if (after.offset() > head.offset()) {
			return new Replay.Unknown();
		}
		know(head);
		long end = Math.min(upTo.offset(), head.offset());
		if (!upTo.epoch().equals(head.epoch()) || after.offset() >= end) {
			return new Replay.Entries(List.of());
		}
		if (after.offset() < head.offset() - this.limits.history()) {
			return new Replay.Gap(Replay.Gap.Cause.EVICTED);
		}
		return entries(after, end, limit, state.millis());
	}

	/**
	 * Waits until the tail has found out that the log has begun a new life, as a client
	 * that was on another node knows already.
	 */
	private void awaitTail(String epoch) {
		RedisLogTail tail = requireTail();
		long deadline = System.nanoTime() + RedisLogTail.BLOCK.plus(this.timeout).toNanos();
		while (!tail.position().epoch().equals(epoch)) {
			requireTail();
			if (System.nanoTime() - deadline > 0) {
				throw new EventLogException("This node does not follow the event log: " + tail.failure(), null);
			}
			LockSupport.parkNanos(this, POLL_NANOS);
		}
	}

	private Replay entries(Position after, long end, int limit, long millis) {
		List<LogEntry> entries = new ArrayList<>();
		String from = after.offset() + 1 + "-0";
		long next = after.offset() + 1;
		while (next <= end && entries.size() < limit) {
			int count = (int) Math.min(end - next + 1, limit - entries.size());
			List<RedisLogEntry> read = this.store.range(from, end + "-0", count);
			if (read.isEmpty()) {
				return new Replay.Gap(Replay.Gap.Cause.EVICTED);
			}
			for (RedisLogEntry entry : read) {
				from = entry.offset() + "-" + (entry.ephemeral() + 1);
				if (entry.kept()) {
					if (!entry.epoch().equals(after.epoch()) || entry.offset() != next || isTooOld(entry, millis)
							|| entry.record() == null) {
						return new Replay.Gap(Replay.Gap.Cause.EVICTED);
					}
					entries.add(entry.received(System.nanoTime()));
					next++;
				}
			}
		}
		return new Replay.Entries(entries);
	}

	private boolean isTooOld(RedisLogEntry entry, long millis) {
		Duration maxAge = this.limits.maxAge();
		return maxAge != null && millis - entry.millis() > maxAge.toMillis();
	}

	@Override
	public Optional<NodeChannel> nodeChannel() {
		return Optional.of(this.nodeChannel);
	}

	@Override
	public Map<String, Object> describe() {
		RedisLogTail tail = requireTail();
		String failure = tail.failure();
		if (failure != null) {
			throw new EventLogException(failure, null);
		}
		Map<String, Object> description = new LinkedHashMap<>();
		description.put("type", "redis");
		description.put("key", EntryFields.text(this.keys.stream()));
		description.put("head", head().toString());
		description.put("history", this.history.size());
		description.put("historyBytes", this.history.bytes());
		return description;
	}

	@Override
	public void close() {
		this.closed = true;
		RedisLogTail tail = this.tail;
		if (tail != null) {
			tail.close();
		}
		this.nodeChannel.close();
		this.connections.close();
	}

}
