package io.github.ssehub.log.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.retry.Outage;
import io.github.ssehub.internal.retry.RetryingLoop;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogHistory;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.stream.ByteRecord;
import org.springframework.data.redis.connection.stream.ReadOffset;
import org.springframework.data.redis.connection.stream.StreamOffset;
import org.springframework.data.redis.connection.stream.StreamReadOptions;

/**
 * Follows the log in Redis on a thread and a connection of its own, and goes on where it
 * was when Redis had been away.
 */
final class RedisLogTail implements Outage.Listener {

	private static final Log logger = LogFactory.getLog(RedisEventLog.class);

	/** Between two looks whether the log is still the same. */
	static final Duration BLOCK = Duration.ofSeconds(1);

	/** The first look shows whether the log can be followed at all. */
	private static final Duration FIRST_BLOCK = Duration.ofMillis(1);

	private static final int ENTRIES_PER_READ = 128;

	static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);

	/** The longest wait before Redis is tried again. */
	static final Duration MAX_BACK_OFF = Duration.ofSeconds(2);

	private static final long EXPIRY_NANOS = 5_000_000_000L;

	/** After this nobody has to wait any more to find out that Redis is away. */
	private static final long SHORT_LOSS_NANOS = 1_000_000_000;

	private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

	private final RedisLogStore store;

	private final RedisConnections connections;

	private final RedisLogKeys keys;

	private final LogHistory history;

	private final LogTail tail;

	private final @Nullable Duration maxAge;

	private final int preloaded;

	private final Outage outage = new Outage(FIRST_BACK_OFF, MAX_BACK_OFF, this);

	private final RetryingLoop loop = new RetryingLoop("sse-log-redis", this.outage, this::follow);

	/** The last kept entry that the tail got, or where it goes on after a gap. */
	private volatile Position position = Position.start();

	/** Whether {@link #position} is one of the log in Redis. */
	private volatile boolean positioned;

	/** The entry at {@link #position}, if this node has read it. */
	private @Nullable RedisLogEntry last;

	/** The number of the last ephemeral entry behind {@link #position}. */
	private long ephemeral;

	/**
	 * Whether the tail may not have got the entry at {@link #position}, or a part of the
	 * clients.
	 */
	private boolean doubtful;

	private volatile @Nullable RedisConnection connection;

	private long lookedNanos;

	private long expiredNanos = System.nanoTime();

	RedisLogTail(RedisLogStore store, RedisConnections connections, RedisLogKeys keys, LogHistory history, LogTail tail,
			@Nullable Duration maxAge, int preloaded) {
		this.store = store;
		this.connections = connections;
		this.keys = keys;
		this.history = history;
		this.tail = tail;
		this.maxAge = maxAge;
		this.preloaded = preloaded;
	}

	/**
	 * Begins where the log is now. When Redis does not answer it begins anyway: once it
	 * does, those who have connected meanwhile are told where the log is.
	 * @return where it begins
	 * @throws RedisKeyTakenException if it cannot be there
	 */
	Position start() {
		try {
			adopt();
		}
		catch (RedisKeyTakenException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			this.outage.failed(ex);
		}
		Position begin = this.position;
		this.loop.start();
		return begin;
	}

	/**
	 * Ends the thread and waits for it.
	 */
	void close() {
		this.loop.end();
		RedisConnection connection = this.connection;
		if (connection != null) {
			// It may be waiting for entries.
			connection.close();
		}
		this.loop.close(Duration.ZERO, CLOSE_TIME);
	}

	Position position() {
		return this.position;
	}

	/**
	 * Why the log is not followed.
	 * @return the reason, or {@code null} if it is
	 */
	@Nullable String failure() {
		return this.loop.failure();
	}

	/**
	 * Why the log is not followed, if that has been so for longer than a command should
	 * wait to find out.
	 * @return the reason, or {@code null}
	 */
	@Nullable String longFailure() {
		String failure = failure();
		return (failure != null && this.outage.nanos() > SHORT_LOSS_NANOS) ? failure : null;
	}

	private void follow(RetryingLoop loop) {
		try (RedisConnection connection = this.connections.dedicated().getConnection()) {
			this.connection = connection;
			follow(connection);
		}
	}

	private void follow(RedisConnection connection) {
		distrust();
		adopt();
		if (this.doubtful) {
			// Not again: those who have it would get it twice.
			gap(Replay.Gap.Cause.EVICTED, this.position);
		}
		Duration block = FIRST_BLOCK;
		while (!this.loop.isClosed()) {
			List<ByteRecord> records = read(connection, block);
			block = BLOCK;
			this.loop.works();
			for (ByteRecord record : records) {
				RedisLogEntry entry = RedisLogStore.parse(record);
				if (this.loop.isClosed() || !pass(entry)) {
					break;
				}
			}
			if (records.isEmpty() || System.nanoTime() - this.lookedNanos > BLOCK.toNanos()) {
				adopt();
				expire();
			}
		}
	}

	@SuppressWarnings("unchecked")
	private List<ByteRecord> read(RedisConnection connection, Duration block) {
		StreamReadOptions options = StreamReadOptions.empty().count(ENTRIES_PER_READ).block(block);
		String last = this.position.offset() + "-" + this.ephemeral;
		List<ByteRecord> records = connection.streamCommands()
			.xRead(options, StreamOffset.create(this.keys.stream(), ReadOffset.from(last)));
		return Objects.requireNonNull(records);
	}

	/**
	 * Hands the tail an entry.
	 * @return whether the next one follows it
	 */
	private boolean pass(RedisLogEntry entry) {
		if (!entry.epoch().equals(this.position.epoch())) {
			if (!entry.epoch().isEmpty() && adopt()) {
				return false;
			}
			skip(entry);
			return true;
		}
		if (entry.before() != this.position.offset()) {
			gap(Replay.Gap.Cause.EVICTED, this.position.at(entry.before()));
		}
		LogEntry received = entry.received(System.nanoTime());
		this.ephemeral = entry.ephemeral();
		if (entry.kept()) {
			this.history.add(received);
			this.position = received.position();
			this.last = entry;
			this.doubtful = true;
		}
		this.tail.onEntry(received);
		this.doubtful = false;
		return true;
	}

	/**
	 * Goes on behind an entry that is none of ours.
	 */
	private void skip(RedisLogEntry entry) {
		logger.warn("Entry %d-%d of the event log in Redis cannot be read and is left out".formatted(entry.offset(),
				entry.ephemeral()));
		this.ephemeral = entry.ephemeral();
		if (entry.kept() || entry.offset() != this.position.offset()) {
			gap(Replay.Gap.Cause.EVICTED, this.position.at(entry.offset()));
		}
	}

	/**
	 * Looks whether the last entry is still what it was. If not, Redis came back with an
	 * older copy, and others have gone on from there: what they appended has the offsets
	 * of what this node has seen.
	 */
	private void distrust() {
		RedisLogEntry last = this.last;
		if (last != null) {
			RedisLogEntry now = first(last.offset() + "-0");
			if (now != null && now.offset() == last.offset() && now.kept() && !now.isSameAs(last)) {
				this.store.renew(last.epoch());
			}
		}
	}

	/**
	 * Looks whether the log is the one that was followed so far, and goes over to it if
	 * not.
	 * @return whether it went over
	 */
	private boolean adopt() {
		this.lookedNanos = System.nanoTime();
		RedisLogState state = this.store.state(this.position);
		Position head = state.head();
		if (!this.positioned) {
			begin(state);
			return true;
		}
		if (!head.epoch().equals(this.position.epoch())) {
			// Whatever is there already was published after the loss.
			RedisLogEntry first = first("-");
			this.ephemeral = 0;
			gap(Replay.Gap.Cause.EPOCH, (first != null) ? head.at(first.before()) : head);
			return true;
		}
		if (head.offset() > this.position.offset()
				&& first(this.position.offset() + "-" + (this.ephemeral + 1)) == null) {
			this.ephemeral = state.ephemeral();
			gap(Replay.Gap.Cause.EVICTED, head);
			return true;
		}
		return false;
	}

	private @Nullable RedisLogEntry first(String from) {
		List<RedisLogEntry> entries = this.store.range(from, "+", 1);
		return entries.isEmpty() ? null : entries.get(0);
	}

	private void begin(RedisLogState state) {
		preload(state);
		if (this.outage.reason() != null) {
			// Clients have connected meanwhile.
			this.tail.onGap(Replay.Gap.Cause.EPOCH, state.head());
		}
		this.ephemeral = state.ephemeral();
		this.position = state.head();
		this.positioned = true;
	}

	/**
	 * Reads what clients may want to resume from, so that they need not ask Redis one by
	 * one when they all come from another node.
	 */
	private void preload(RedisLogState state) {
		Position head = state.head();
		long offset = Math.max(0, head.offset() - this.preloaded);
		this.history.clear(offset);
		String from = offset + 1 + "-0";
		while (offset < head.offset()) {
			List<RedisLogEntry> entries = this.store.range(from, head.offset() + "-0", ENTRIES_PER_READ);
			for (RedisLogEntry entry : entries) {
				from = entry.offset() + "-" + (entry.ephemeral() + 1);
				if (entry.kept()) {
					offset = preload(entry, offset, state.millis());
				}
			}
			if (entries.isEmpty()) {
				this.history.clear(head.offset());
				return;
			}
		}
	}

	private long preload(RedisLogEntry entry, long offset, long millis) {
		if (entry.record() == null) {
			this.history.clear(entry.offset());
		}
		else {
			if (entry.offset() != offset + 1) {
				this.history.clear(entry.offset() - 1);
			}
			long ageNanos = (millis - entry.millis()) * 1_000_000;
			this.history.add(entry.received(System.nanoTime() - ageNanos));
			this.last = entry;
		}
		return entry.offset();
	}

	private void gap(Replay.Gap.Cause cause, Position position) {
		// The tail first: a client that asks for the new position waits for it.
		this.tail.onGap(cause, position);
		move(position);
	}

	private void move(Position position) {
		this.history.clear(position.offset());
		this.position = position;
		this.last = null;
		this.doubtful = false;
	}

	/**
	 * Every node does it, and finds nothing to do if another was faster.
	 */
	private void expire() {
		if (this.maxAge == null) {
			return;
		}
		long now = System.nanoTime();
		if (now - this.expiredNanos >= Math.min(this.maxAge.toNanos(), EXPIRY_NANOS)) {
			this.expiredNanos = now;
			this.store.expire(this.maxAge);
		}
	}

	@Override
	public String reason(Throwable failure) {
		return (failure instanceof EventLogException) ? String.valueOf(failure.getMessage())
				: RedisClients.reason(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.warn(
				"The event log in Redis cannot be followed (%s). Streams stay open, publishing fails, and this node goes on from %s when Redis is back"
					.formatted(reason, this.positioned ? this.position : "where the log is"));
	}

	@Override
	public void onEnd(long millis) {
		logger.info("The event log in Redis is followed again after %d ms, from %s".formatted(millis, this.position));
	}

}
