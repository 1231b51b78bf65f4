package io.github.ssehub.log.redis;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.redis.RedisSubscription;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.NodeChannel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;

/**
 * The channel of the nodes in Redis Pub/Sub. Keeps a subscription on a thread of its own,
 * and makes a new one when it was lost.
 */
final class RedisNodeChannel implements NodeChannel, Runnable {

	private static final Log logger = LogFactory.getLog(RedisEventLog.class);

	private static final long CLOSE_MILLIS = 5_000;

	private final RedisConnections connections;

	private final byte[] channel;

	private final Thread thread = new Thread(this, "sse-nodes-redis");

	private final BackOff backOff = RedisClients.backOff(RedisLogTail.MAX_BACK_OFF);

	private BackOffExecution waits = this.backOff.start();

	private volatile @Nullable Consumer<byte[]> receiver;

	private volatile boolean closed;

	private boolean lost;

	RedisNodeChannel(RedisConnections connections, byte[] channel) {
		this.connections = connections;
		this.channel = channel;
		this.thread.setDaemon(true);
	}

	@Override
	public synchronized void open(Consumer<byte[]> receiver) {
		if (this.receiver != null) {
			throw new IllegalStateException("The node channel is open already");
		}
		this.receiver = receiver;
		if (!this.closed) {
			this.thread.start();
		}
	}

	@Override
	public void run() {
		while (!this.closed) {
			try (RedisSubscription subscription = subscribe()) {
				heard();
				while (!this.closed && !subscription.isLost()) {
					LockSupport.park(this);
				}
			}
			catch (RuntimeException ex) {
				lost(ex);
			}
			if (!this.closed) {
				LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(this.waits.nextBackOff()));
			}
		}
	}

	private RedisSubscription subscribe() {
		return new RedisSubscription(this.connections.dedicated(), List.of(EntryFields.text(this.channel)),
				(channel, message) -> receive(message), () -> LockSupport.unpark(this.thread));
	}

	private void receive(byte[] message) {
		Consumer<byte[]> receiver = this.receiver;
		if (receiver != null) {
			receiver.accept(message);
		}
	}

	private void heard() {
		this.waits = this.backOff.start();
		if (this.lost) {
			this.lost = false;
			logger.info("The other nodes are heard again");
		}
	}

	private void lost(RuntimeException exception) {
		if (!this.lost && !this.closed) {
			this.lost = true;
			logger.warn(
					"The other nodes are not heard, because channel '%s' in Redis cannot be subscribed to (%s). Until it can, this node answers for itself alone"
						.formatted(EntryFields.text(this.channel), RedisClients.reason(exception)));
		}
	}

	@Override
	public void send(byte[] message) {
		try {
			this.connections.commands().execute(() -> {
				try (RedisConnection connection = this.connections.commands().factory().getConnection()) {
					return connection.publish(this.channel, message);
				}
			});
		}
		catch (DataAccessException ex) {
			throw new EventLogException("Sending to the other nodes by Redis failed: " + RedisClients.reason(ex), ex);
		}
	}

	/**
	 * Ends the thread and waits for it.
	 */
	synchronized void close() {
		this.closed = true;
		if (this.receiver == null) {
			return;
		}
		this.thread.interrupt();
		try {
			this.thread.join(CLOSE_MILLIS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
