package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.ssehub.internal.delivery.ConnectionWriter;
import io.github.ssehub.internal.delivery.DeliveryCounters;
import io.github.ssehub.internal.delivery.DeliveryLoop;
import io.github.ssehub.internal.wire.Frame;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one delivery loop: finds those an entry of the log is for, and
 * brings those that resume up to where the loop is.
 */
final class ConnectionShard implements DeliveryLoop.Handler<LogEntry> {

	private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

	private final HubContext hub;

	private final DeliveryLoop<LogEntry> loop;

	private final ConnectionIndex index = new ConnectionIndex();

	private final ReplayReader replayReader;

	private final DeliveryCounters counters;

	/** The connections that were given to this loop, begun or not. */
	private final AtomicInteger load = new AtomicInteger();

	/** The connections that know more of the log than this loop does so far. */
	private final Set<HubConnection> ahead = new LinkedHashSet<>();

	/** When what was delivered since the last flush had been appended. */
	private long[] unflushed = new long[64];

	private int unflushedCount;

	/** The last kept entry that went by, where a connection that opens now begins. */
	private Position position;

	/** Counts entries, to deliver an entry for several topics once. */
	private long sequence;

	/**
	 * Creates the connections of a loop.
	 * @param position where the log is
	 */
	ConnectionShard(int number, HubContext hub, Position position) {
		this.hub = hub;
		this.counters = hub.statistics().addLoop();
		this.loop = new DeliveryLoop<>("sse-delivery-" + number, hub.settings().loop(), this);
		this.replayReader = new ReplayReader(hub, this.loop);
		this.position = position;
	}

	/**
	 * Starts the loop.
	 * @param position the place before the next entry that it gets
	 */
	void start(Position position) {
		this.position = position;
		this.loop.discardEvents();
		this.loop.start();
	}

	void stop() {
		this.loop.stop();
		this.replayReader.close();
	}

	DeliveryLoop<LogEntry> loop() {
		return this.loop;
	}

	DeliveryCounters counters() {
		return this.counters;
	}

	ConnectionIndex index() {
		return this.index;
	}

	/**
	 * Runs something on the loop and waits for its result.
	 */
	<T> T call(Supplier<T> action) {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.loop.execute(() -> {
			try {
				result.complete(action.get());
			}
			catch (RuntimeException | Error ex) {
				result.completeExceptionally(ex);
			}
		});
		try {
			return result.get(CALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw new IllegalStateException("A command of " + this.loop.name() + " failed", ex.getCause());
		}
		catch (TimeoutException ex) {
			throw new IllegalStateException(this.loop.name() + " did not answer within " + CALL_TIMEOUT, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for " + this.loop.name(), ex);
		}
	}

	Position position() {
		return this.position;
	}

	void opened() {
		this.load.incrementAndGet();
	}

	void closed() {
		this.load.decrementAndGet();
	}

	int load() {
		return this.load.get();
	}

	void add(HubConnection connection) {
		this.index.add(connection);
	}

	void remove(HubConnection connection) {
		this.index.remove(connection);
		this.ahead.remove(connection);
	}

	/**
	 * Goes on at another position, and tells every client so that has caught up with this
	 * loop. The others find out when they read on.
	 */
	void gap(Replay.Gap.Cause cause, Position position) {
		this.loop.executeInOrder(() -> {
			this.position = position;
			Members members = this.index.all();
			for (int i = members.size() - 1; i >= 0; i--) {
				members.get(i).onGap(cause);
			}
			advanceThoseAhead();
		});
	}

	@Override
	public int deliver(LogEntry entry) {
		this.sequence++;
		if (!entry.ephemeral()) {
			this.position = entry.position();
		}
		Frame frame = new Frame(entry.frame(), entry.key(), true);
		Set<String> names = entry.target().names();
		int addressed = switch (entry.target().type()) {
			case BROADCAST -> deliver(frame, entry, this.index.all());
			case USER -> deliverToUsers(frame, entry, names);
			case TOPIC -> deliverToTopics(frame, entry, names);
			case CONNECTION -> deliverToConnection(frame, entry, names.iterator().next());
		};
		if (addressed > 0) {
			if (this.unflushedCount == this.unflushed.length) {
				this.unflushed = Arrays.copyOf(this.unflushed, this.unflushedCount * 2);
			}
			this.unflushed[this.unflushedCount++] = entry.appendedNanos();
		}
		return addressed;
	}

	private int deliverToUsers(Frame frame, LogEntry entry, Set<String> users) {
		int addressed = 0;
		for (String user : users) {
			addressed += deliver(frame, entry, this.index.ofUser(user));
		}
		return addressed;
	}

	private int deliverToTopics(Frame frame, LogEntry entry, Set<String> topics) {
		int addressed = 0;
		for (String topic : topics) {
			addressed += deliver(frame, entry, this.index.ofTopic(topic));
		}
		return addressed;
	}

	private int deliverToConnection(Frame frame, LogEntry entry, String id) {
		HubConnection connection = this.hub.connections().get(id);
		if (connection == null || connection.shard() != this) {
			return 0;
		}
		connection.deliver(frame, entry.name(), this.sequence, isLast());
		return 1;
	}

	private int deliver(Frame frame, LogEntry entry, @Nullable Members members) {
		if (members == null) {
			return 0;
		}
		String name = entry.name();
		long sequence = this.sequence;
		boolean last = isLast();
		int size = members.size();
		for (int end = size; end > 0; end -= ConnectionWriter.PREFETCH_GROUP) {
			int begin = Math.max(0, end - ConnectionWriter.PREFETCH_GROUP);
			if (last) {
				// Others are queued, which needs little.
				prefetch(members, begin, end);
			}
			for (int i = end - 1; i >= begin; i--) {
				members.get(i).deliver(frame, name, sequence, last);
			}
		}
		return size;
	}

	private static void prefetch(Members members, int begin, int end) {
		for (int i = begin; i < end; i++) {
			members.get(i).prefetch();
		}
	}

	/**
	 * Whether no other event waits that a connection could get in the same write.
	 */
	private boolean isLast() {
		return this.loop.depth() == 0;
	}

	@Override
	public void flushed() {
		if (this.unflushedCount > 0) {
			long now = System.nanoTime();
			int count = this.unflushedCount;
			this.unflushedCount = 0;
			for (int i = 0; i < count; i++) {
				this.hub.observer().onDelivered(now - this.unflushed[i]);
			}
		}
		advanceThoseAhead();
	}

	private void advanceThoseAhead() {
		if (!this.ahead.isEmpty()) {
			List<HubConnection> waiting = List.copyOf(this.ahead);
			this.ahead.clear();
			waiting.forEach(HubConnection::advanceReplay);
		}
	}

	/**
	 * Gives a resuming connection the next of what it missed, or makes it live when it
	 * missed nothing more. Both happen on the loop, between two entries, so nothing is
	 * lost, repeated or out of order.
	 */
	void advance(HubConnection connection) {
		Position from = connection.replayPosition();
		if (isAhead(from)) {
			this.ahead.add(connection);
			return;
		}
		this.replayReader.read(connection, this.position);
	}

	private boolean isAhead(Position from) {
		return from.epoch().equals(this.position.epoch()) && from.offset() > this.position.offset()
				&& from.offset() <= this.hub.log().head().offset();
	}

	/**
	 * Whether an entry that a connection replays is for it.
	 */
	static boolean matches(LogEntry entry, HubConnection connection) {
		Set<String> names = entry.target().names();
		boolean addressed = switch (entry.target().type()) {
			case BROADCAST -> true;
			case USER -> connection.getUser() != null && names.contains(connection.getUser());
			case TOPIC -> connection.replaysAny(names, entry.position());
			case CONNECTION -> names.contains(connection.getId());
		};
		return addressed && connection.wants(entry.name());
	}

}
