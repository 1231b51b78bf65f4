package io.github.ssehub.source.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.redis.RedisSubscription;
import io.github.ssehub.internal.retry.Outage;
import io.github.ssehub.internal.retry.RetryingLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Keeps a subscription, and the lease if there is one, on a thread of its own: makes new
 * ones when Redis had been away.
 */
final class RedisReceiver implements Outage.Listener {

	private static final Log logger = LogFactory.getLog(RedisSource.class);

	/** How long a node has the lease without renewing it. */
	static final Duration LEASE_TIME = Duration.ofSeconds(2);

	private static final Duration HAND_OVER_STEP = Duration.ofMillis(500);

	private static final int HAND_OVER_STEPS = 4;

	/** Between two looks at Redis, in which the lease is renewed. */
	private static final Duration PERIOD = Duration.ofMillis(500);

	private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);

	private static final Duration MAX_BACK_OFF = Duration.ofSeconds(5);

	private final LettuceConnectionFactory connectionFactory;

	private final List<String> channels;

	private final @Nullable String leaseKey;

	private final MessageQueue queue;

	private final Lease lease = new Lease(LEASE_TIME, System::nanoTime);

	private final RetryingLoop loop = new RetryingLoop("sse-source-redis",
			new Outage(FIRST_BACK_OFF, MAX_BACK_OFF, this), this::receive);

	private volatile boolean connectedOnce;

	/** Whether this node has the lease only to publish what it took. */
	private volatile boolean handingOver;

	/**
	 * Creates a receiver.
	 * @param connectionFactory the connections, which do not reconnect by themselves
	 * @param channels the channels
	 * @param leaseKey the key of the lease, or {@code null} if every node forwards
	 * @param queue gets each message that this node is to forward
	 */
	RedisReceiver(LettuceConnectionFactory connectionFactory, List<String> channels, @Nullable String leaseKey,
			MessageQueue queue) {
		this.connectionFactory = connectionFactory;
		this.channels = channels;
		this.leaseKey = leaseKey;
		this.queue = queue;
	}

	void start() {
		this.loop.start();
	}

	@Nullable String failure() {
		String failure = this.loop.failure();
		return (failure != null || this.connectedOnce) ? failure : "it is not connected yet";
	}

	/**
	 * Ends the thread, which gives the lease to another node, and waits for it.
	 * @param time how long it may take before it is interrupted: Redis may not answer
	 */
	void close(Duration time) {
		this.loop.close(time, time);
	}

	private void receive(RetryingLoop loop) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			requireAnswer(connection);
			receive(connection);
		}
		finally {
			this.lease.doubt();
		}
	}

	private void receive(RedisConnection connection) {
		try (RedisSubscription subscription = subscribe()) {
			while (!this.loop.isClosed()) {
				if (subscription.isLost()) {
					throw new IllegalStateException("the connection was lost");
				}
				look(connection);
				this.connectedOnce = true;
				this.loop.works();
				this.loop.pause(PERIOD);
			}
			if (this.leaseKey != null) {
				handOver(new RedisLeaseStore(connection, this.leaseKey));
			}
		}
	}

	/**
	 * Gives the lease up when what this node took is published, or is not going to be:
	 * what the next one publishes would pass it.
	 */
	private void handOver(LeaseStore store) {
		if (!this.lease.isHeld()) {
			return;
		}
		try {
			// While more may come, so that mostly nothing does when it is refused.
			this.queue.awaitEmpty(HAND_OVER_STEP);
			this.handingOver = true;
			for (int i = 0; i < HAND_OVER_STEPS && !this.queue.awaitEmpty(HAND_OVER_STEP); i++) {
				this.lease.renew(store);
			}
			this.queue.close(HAND_OVER_STEP);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.lease.release(store);
	}

	private RedisSubscription subscribe() {
		List<String> channels = new ArrayList<>(this.channels);
		if (this.leaseKey != null) {
			channels.add(RedisLeaseStore.channelFor(this.leaseKey));
		}
		return new RedisSubscription(this.connectionFactory, channels, this::onMessage, () -> {
			this.lease.doubt();
			this.loop.wake();
		});
	}

	private void look(RedisConnection connection) {
		if (this.leaseKey != null) {
			this.lease.renew(new RedisLeaseStore(connection, this.leaseKey));
		}
		else {
			requireAnswer(connection);
		}
	}

	private static void requireAnswer(RedisConnection connection) {
		if (connection instanceof RedisClusterConnection cluster) {
			// One node: PING would go to all of them and fail when a single one is away.
			cluster.clusterGetClusterInfo();
		}
		else {
			connection.ping();
		}
	}

	/**
	 * Whether to forward is decided when a message comes and not later: at that moment it
	 * comes to all nodes.
	 */
	private void onMessage(String channel, byte[] body) {
		if (this.leaseKey == null) {
			this.queue.offer(channel, body);
		}
		else if (channel.equals(RedisLeaseStore.channelFor(this.leaseKey))) {
			this.loop.wake();
		}
		else if (this.lease.isHeld() && !this.handingOver) {
			this.queue.offer(channel, body);
		}
	}

	@Override
	public String reason(Throwable failure) {
		return RedisClients.reason(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.warn("Messages from Redis channels %s are not received: %s. This is tried again until they are"
			.formatted(this.channels, reason));
	}

	@Override
	public void onEnd(long millis) {
		logger.info("Messages from Redis channels %s are received again after %d ms".formatted(this.channels, millis));
	}

}
