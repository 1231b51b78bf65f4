package io.github.ssehub.log.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.redis.RedisSubscription;
import io.github.ssehub.internal.retry.Outage;
import io.github.ssehub.internal.retry.RetryingLoop;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.NodeChannel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;

/**
 * The channel of the nodes in Redis Pub/Sub. Keeps a subscription on a thread of its own,
 * and makes a new one when it was lost.
 */
final class RedisNodeChannel implements NodeChannel, Outage.Listener {

	private static final Log logger = LogFactory.getLog(RedisEventLog.class);

	private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

	/** A subscription that is lost ends the pause at once. */
	private static final Duration LOOK = Duration.ofSeconds(10);

	private final RedisConnections connections;

	private final byte[] channel;

	private final RetryingLoop loop = new RetryingLoop("sse-nodes-redis",
			new Outage(RedisLogTail.FIRST_BACK_OFF, RedisLogTail.MAX_BACK_OFF, this), this::listen);

	private volatile @Nullable Consumer<byte[]> receiver;

	RedisNodeChannel(RedisConnections connections, byte[] channel) {
		this.connections = connections;
		this.channel = channel;
	}

	@Override
	public synchronized void open(Consumer<byte[]> receiver) {
		if (this.receiver != null) {
			throw new IllegalStateException("The node channel is open already");
		}
		this.receiver = receiver;
		this.loop.start();
	}

	private void listen(RetryingLoop loop) {
		try (RedisSubscription subscription = subscribe()) {
			loop.works();
			while (!loop.isClosed()) {
				if (subscription.isLost()) {
					throw new IllegalStateException("the connection was lost");
				}
				loop.pause(LOOK);
			}
		}
	}

	private RedisSubscription subscribe() {
		return new RedisSubscription(this.connections.dedicated(), List.of(EntryFields.text(this.channel)),
				(channel, message) -> receive(message), this.loop::wake);
	}

	private void receive(byte[] message) {
		Consumer<byte[]> receiver = this.receiver;
		if (receiver != null) {
			receiver.accept(message);
		}
	}

	@Override
	public String reason(Throwable failure) {
		return RedisClients.reason(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.warn(
				"The other nodes are not heard, because channel '%s' in Redis cannot be subscribed to (%s). Until it can, this node answers for itself alone"
					.formatted(EntryFields.text(this.channel), reason));
	}

	@Override
	public void onEnd(long millis) {
		logger.info("The other nodes are heard again after %d ms".formatted(millis));
	}

	@Override
	public @Nullable String failure() {
		return this.loop.failure();
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
		this.loop.close(Duration.ZERO, CLOSE_TIME);
	}

}
