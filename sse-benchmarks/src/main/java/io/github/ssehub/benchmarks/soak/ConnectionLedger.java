package io.github.ssehub.benchmarks.soak;

import java.lang.ref.WeakReference;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import org.jspecify.annotations.Nullable;

/**
 * Notes what listeners are told, connection by connection, for comparison with the
 * statistics and with what clients got.
 */
final class ConnectionLedger implements SseConnectionListener {

	private final Map<String, Account> accounts = new ConcurrentHashMap<>();

	/** All connections that may still be in memory. */
	private final Queue<WeakReference<SseConnection>> seen = new ConcurrentLinkedQueue<>();

	private final Map<CloseReason, Long> closed = new EnumMap<>(CloseReason.class);

	private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);

	private long connected;

	private long messagesOfForgotten;

	@Override
	public synchronized void onConnected(SseConnection connection) {
		this.connected++;
		this.accounts.put(connection.getId(), new Account(connection));
		this.seen.add(new WeakReference<>(connection));
	}

	@Override
	public synchronized void onDisconnected(SseConnection connection, CloseReason reason) {
		this.closed.merge(reason, 1L, Long::sum);
		account(connection).reason = reason;
	}

	@Override
	public synchronized void onDropped(SseConnection connection, DropReason reason, int count) {
		this.dropped.merge(reason, (long) count, Long::sum);
		account(connection).dropped.merge(reason, (long) count, Long::sum);
	}

	private Account account(SseConnection connection) {
		Account account = this.accounts.get(connection.getId());
		if (account == null) {
			throw new IllegalStateException("Never connected: " + connection);
		}
		return account;
	}

	synchronized long connected() {
		return this.connected;
	}

	synchronized long closed(CloseReason reason) {
		return this.closed.getOrDefault(reason, 0L);
	}

	synchronized long dropped(DropReason reason) {
		return this.dropped.getOrDefault(reason, 0L);
	}

	/**
	 * How many events were written to all connections together.
	 */
	synchronized long messages() {
		return this.messagesOfForgotten + this.accounts.values().stream().mapToLong(Account::messages).sum();
	}

	@Nullable Account find(@Nullable String connectionId) {
		return (connectionId != null) ? this.accounts.get(connectionId) : null;
	}

	/**
	 * Forgets the connections that are over, except for what they count in sums.
	 * @param unchecked streams whose connections are to be kept
	 */
	synchronized void forgetClosed(List<ClientStream> unchecked) {
		Set<String> kept = new HashSet<>();
		unchecked.forEach((stream) -> kept.add(String.valueOf(stream.connectionId())));
		this.accounts.entrySet().removeIf((entry) -> {
			Account account = entry.getValue();
			boolean over = account.reason != null && !kept.contains(entry.getKey());
			this.messagesOfForgotten += over ? account.messages() : 0;
			return over;
		});
		this.seen.removeIf((reference) -> reference.get() == null);
	}

	/**
	 * How many connections are still in memory.
	 */
	long reachable() {
		return this.seen.stream().filter((reference) -> reference.get() != null).count();
	}

	/**
	 * What is known of one connection.
	 */
	static final class Account {

		private final SseConnection connection;

		private final Map<DropReason, Long> dropped = new ConcurrentHashMap<>();

		private volatile @Nullable CloseReason reason;

		Account(SseConnection connection) {
			this.connection = connection;
		}

		long messages() {
			return this.connection.getMessageCount();
		}

		@Nullable CloseReason reason() {
			return this.reason;
		}

		/**
		 * How many events the overflow policy took from an open connection.
		 */
		long droppedByPolicy() {
			return this.dropped.entrySet()
				.stream()
				.filter((entry) -> entry.getKey() != DropReason.CLOSED)
				.mapToLong(Map.Entry::getValue)
				.sum();
		}

		/**
		 * How many events waited for it when it ended, or were in a write that failed. Of
		 * the latter the client may have got some.
		 */
		long droppedAtTheEnd() {
			return this.dropped.getOrDefault(DropReason.CLOSED, 0L);
		}

		@Override
		public String toString() {
			return "%s, %d messages, dropped %s, over by %s".formatted(this.connection, messages(), this.dropped,
					this.reason);
		}

	}

}
