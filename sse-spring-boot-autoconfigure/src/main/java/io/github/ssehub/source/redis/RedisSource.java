package io.github.ssehub.source.redis;

import java.time.Duration;
import java.util.List;

import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.source.SourceSink;
import io.github.ssehub.source.SseSource;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Publishes what comes by Redis Pub/Sub.
 *
 * Redis hands a message to those who are subscribed at that moment and forgets it. What
 * comes while a node is disconnected, or while no node has the lease, is lost: for about
 * {@link RedisReceiver#LEASE_TIME} after the node that forwards was killed.
 */
final class RedisSource implements SseSource {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	/** Most of it only when more has come than can be published. */
	private static final Duration STOP_TIME = Duration.ofSeconds(4);

	private final LettuceConnectionFactory application;

	private final SseProperties.Source.Redis properties;

	private final @Nullable String leaseKey;

	private @Nullable LettuceConnectionFactory connectionFactory;

	private volatile @Nullable MessageQueue queue;

	private volatile @Nullable RedisReceiver receiver;

	/**
	 * Creates a source.
	 * @param application the application's connections
	 * @param properties the properties
	 * @param leaseKey the key of the lease in Redis that one node forwards by, or
	 * {@code null} if each node forwards to its own clients
	 */
	RedisSource(LettuceConnectionFactory application, SseProperties.Source.Redis properties,
			@Nullable String leaseKey) {
		this.application = application;
		this.properties = properties;
		this.leaseKey = leaseKey;
	}

	@Override
	public String name() {
		return "redis";
	}

	@Override
	public void start(SourceSink sink) {
		List<String> channels = this.properties.getChannels().stream().distinct().toList();
		try {
			open(sink, channels);
		}
		catch (RuntimeException | Error ex) {
			// This is started again and not stopped before.
			stop();
			throw ex;
		}
	}

	private void open(SourceSink sink, List<String> channels) {
		// Lettuce would not say that a connection was lost, and messages with it.
		LettuceConnectionFactory connectionFactory = RedisClients.create(this.application, TIMEOUT, false);
		this.connectionFactory = connectionFactory;
		MessageQueue queue = new MessageQueue(sink, this.properties.getQueueMessages(),
				this.properties.getQueueBytes().toBytes());
		this.queue = queue;
		RedisReceiver receiver = new RedisReceiver(connectionFactory, channels, this.leaseKey, queue);
		this.receiver = receiver;
		queue.start();
		receiver.start();
	}

	/**
	 * First nothing more comes in, then what has come is published.
	 */
	@Override
	public void stop() {
		if (this.receiver != null) {
			this.receiver.close(STOP_TIME);
			this.receiver = null;
		}
		if (this.queue != null) {
			this.queue.close(TIMEOUT);
			this.queue = null;
		}
		if (this.connectionFactory != null) {
			this.connectionFactory.destroy();
			this.connectionFactory = null;
		}
	}

	@Override
	public void check() {
		RedisReceiver receiver = this.receiver;
		MessageQueue queue = this.queue;
		String failure = (receiver != null) ? receiver.failure() : null;
		if (failure == null && queue != null) {
			failure = queue.failure();
		}
		if (failure != null) {
			throw new IllegalStateException(failure);
		}
	}

}
