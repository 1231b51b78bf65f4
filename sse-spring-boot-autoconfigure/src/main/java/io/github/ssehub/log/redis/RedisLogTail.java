package io.github.ssehub.log.redis;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.log.EventLogException;
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
final class RedisLogTail implements Runnable {

	private static final Log logger = LogFactory.getLog(RedisEventLog.class);

	/** Between two looks whether the log is still the same. */
	static final Duration BLOCK = Duration.ofSeconds(1);

	private static final int ENTRIES_PER_READ = 512;

	private static final long MIN_BACK_OFF_NANOS = 100_000_000;

	private static final long MAX_BACK_OFF_NANOS = 2_000_000_000;

	private static final long EXPIRY_NANOS = 5_000_000_000L;

	/** A loss for longer than this is not left to connections that come back. */
	private static final long SHORT_LOSS_NANOS = 1_000_000_000;

	private final RedisLogStore store;

	private final RedisConnections connections;

	private final RedisLogKeys keys;

	private final LogHistory history;

	private final LogTail tail;

	private final @Nullable Duration maxAge;

	private final RedisNodeChannel nodeChannel;

	private final Thread thread;

	/** The last kept entry that the tail got, or where it goes on after a gap. */
	private volatile Position position = Position.start();

	/** Whether {@link #position} is one of the log in Redis. */
	private volatile boolean positioned;

	/** The number of the last ephemeral entry behind {@link #position}. */
	private long ephemeral;

	/** Why the log cannot be followed at the moment. */
	private volatile @Nullable String failure;

	private volatile @Nullable RedisConnection connection;

	private volatile boolean closed;

	private long lostNanos;

	private long expiredNanos = System.nanoTime();

	private long backOffNanos = MIN_BACK_OFF_NANOS;

	RedisLogTail(RedisLogStore store, RedisConnections connections, RedisLogKeys keys, LogHistory history, LogTail tail,
			@Nullable Duration maxAge, RedisNodeChannel nodeChannel) {
		this.store = store;
		this.connections = connections;
		this.keys = keys;
		this.history = history;
		this.tail = tail;
		this.maxAge = maxAge;
		this.nodeChannel = nodeChannel;
		this.thread = new Thread(this, "sse-log-redis");
		this.thread.setDaemon(true);
	}

	/**
	 * Begins where the log is now. When Redis does not answer it begins anyway: once it
	 * does, those who have connected meanwhile are told where the log is.
	 */
	void start() {
		try {
			adopt();
		}
		catch (RuntimeException ex) {
			lost(ex);
		}
		this.thread.start();
	}

	/**
	 * Ends the thread and waits for it.
	 */
	void close() {
		this.closed = true;
		RedisConnection connection = this.connection;
		if (connection != null) {
			// It may be waiting for entries.
			connection.close();
		}
		LockSupport.unpark(this.thread);
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	Position position() {
		return this.position;
	}

	@Nullable String failure() {
		return this.failure;
	}

	@Override
	public void run() {
		while (!this.closed) {
			try (RedisConnection connection = this.connections.tail().getConnection()) {
				this.connection = connection;
				follow(connection);
			}
			catch (RuntimeException ex) {
				if (!this.closed) {
					lost(ex);
					backOff();
				}
			}
		}
	}

	private void follow(RedisConnection connection) {
		adopt();
		found();
		this.nodeChannel.connect();
		while (!this.closed) {
			List<ByteRecord> records = read(connection);
			boolean sameLog = true;
			for (int i = 0; i < records.size() && sameLog && !this.closed; i++) {
				sameLog = pass(RedisLogStore.parse(records.get(i)));
			}
			if (records.isEmpty() || !sameLog) {
				adopt();
				expire();
				this.nodeChannel.connect();
			}
		}
	}

	@SuppressWarnings("unchecked")
	private List<ByteRecord> read(RedisConnection connection) {
		StreamReadOptions options = StreamReadOptions.empty().count(ENTRIES_PER_READ).block(BLOCK);
		String last = this.position.offset() + "-" + this.ephemeral;
		List<ByteRecord> records = connection.streamCommands()
			.xRead(options, StreamOffset.create(this.keys.stream(), ReadOffset.from(last)));
		return Objects.requireNonNull(records);
	}

	/**
	 * Hands the tail an entry.
	 * @return whether it belongs to the log that is followed
	 */
	private boolean pass(RedisLogEntry entry) {
		if (!entry.epoch().equals(this.position.epoch())) {
			return false;
		}
		if (entry.before() != this.position.offset()) {
			gap(Replay.Gap.Cause.EVICTED, this.position.at(entry.before()));
		}
		var received = entry.received();
		this.ephemeral = entry.ephemeral();
		if (entry.kept()) {
			this.history.add(received);
			this.position = received.position();
		}
		this.tail.onEntry(received);
		return true;
	}

	/**
	 * Looks whether the log is the one that was followed so far, and goes over to it if
	 * not.
	 */
	private void adopt() {
		RedisLogState state = this.store.state(this.position);
		Position head = state.head();
		if (!this.positioned) {
			begin(state);
		}
		else if (!head.epoch().equals(this.position.epoch())) {
			// Whatever is there already was published after the loss.
			RedisLogEntry first = first("-");
			this.ephemeral = 0;
			gap(Replay.Gap.Cause.EPOCH, (first != null) ? head.at(first.before()) : head);
		}
		else if (head.offset() > this.position.offset()
				&& first(this.position.offset() + "-" + (this.ephemeral + 1)) == null) {
			this.ephemeral = state.ephemeral();
			gap(Replay.Gap.Cause.EVICTED, head);
		}
	}

	private @Nullable RedisLogEntry first(String from) {
		List<RedisLogEntry> entries = this.store.range(from, "+", 1);
		return entries.isEmpty() ? null : entries.get(0);
	}

	private void begin(RedisLogState state) {
		boolean late = this.failure != null;
		this.positioned = true;
		this.ephemeral = state.ephemeral();
		if (late) {
			gap(Replay.Gap.Cause.EPOCH, state.head());
		}
		else {
			move(state.head());
		}
	}

	private void gap(Replay.Gap.Cause cause, Position position) {
		// The tail first: a client that asks for the new position waits for it.
		this.tail.onGap(cause, position);
		move(position);
	}

	private void move(Position position) {
		this.history.clear(position.offset());
		this.position = position;
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

	private void lost(RuntimeException exception) {
		String reason = (exception instanceof EventLogException) ? String.valueOf(exception.getMessage())
				: RedisClients.reason(exception);
		if (this.failure == null) {
			this.lostNanos = System.nanoTime();
			logger.warn(
					"The event log in Redis cannot be followed (%s). Streams stay open, publishing fails, and this node goes on from %s when Redis is back"
						.formatted(reason, this.positioned ? this.position : "where the log is"));
		}
		else if (System.nanoTime() - this.lostNanos > SHORT_LOSS_NANOS) {
			this.connections.renewCommands();
		}
		this.failure = reason;
	}

	private void found() {
		this.backOffNanos = MIN_BACK_OFF_NANOS;
		if (this.failure != null) {
			this.failure = null;
			long nanos = System.nanoTime() - this.lostNanos;
			logger.info("The event log in Redis is followed again after %d ms, from %s".formatted(nanos / 1_000_000,
					this.position));
			if (nanos > SHORT_LOSS_NANOS) {
				this.nodeChannel.disconnect();
			}
		}
	}

	/** With jitter: all nodes lose Redis at once. */
	private void backOff() {
		long nanos = ThreadLocalRandom.current().nextLong(this.backOffNanos / 2, this.backOffNanos);
		this.backOffNanos = Math.min(2 * this.backOffNanos, MAX_BACK_OFF_NANOS);
		long deadline = System.nanoTime() + nanos;
		long left = nanos;
		while (left > 0 && !this.closed) {
			LockSupport.parkNanos(this, left);
			left = deadline - System.nanoTime();
		}
	}

}
