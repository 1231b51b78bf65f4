package io.github.ssehub.internal.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;
import org.springframework.data.redis.listener.Topic;
import org.springframework.util.backoff.BackOffExecution;

/**
 * A subscription, from when it stands until its connection is lost. Then it is of no more
 * use: whoever wants to know that it receives has to make a new one.
 */
public final class RedisSubscription implements AutoCloseable, RedisConnectionStateListener {

	private static final Log logger = LogFactory.getLog(RedisSubscription.class);

	private final AbstractRedisClient client;

	private final RedisMessageListenerContainer container = new QuietContainer();

	private final Runnable onLost;

	private volatile boolean lost;

	private volatile boolean closed;

	/**
	 * Subscribes.
	 * @param connectionFactory the connections, which do not reconnect by themselves
	 * @param channels the channels
	 * @param receiver gets the channel and the body of each message, by one thread at a
	 * time, and returns soon
	 * @param onLost called when the connection is lost, and returns soon
	 * @throws RuntimeException if Redis does not take the subscription
	 */
	public RedisSubscription(LettuceConnectionFactory connectionFactory, List<String> channels,
			BiConsumer<String, byte[]> receiver, Runnable onLost) {
		this.client = connectionFactory.getRequiredNativeClient();
		this.onLost = onLost;
		this.client.addListener(this);
		this.container.setConnectionFactory(connectionFactory);
		// On the thread that reads, which alone knows the order.
		this.container.setTaskExecutor(new SyncTaskExecutor());
		List<Topic> topics = new ArrayList<>();
		channels.forEach((channel) -> topics.add(new ChannelTopic(channel)));
		this.container.addMessageListener((message, pattern) -> receiver
			.accept(new String(message.getChannel(), StandardCharsets.UTF_8), message.getBody()), topics);
		try {
			this.container.afterPropertiesSet();
			this.container.start();
		}
		catch (RuntimeException | Error ex) {
			close();
			throw ex;
		}
	}

	/**
	 * Whether messages may have been missed.
	 * @return whether the connection was lost
	 */
	public boolean isLost() {
		return this.lost;
	}

	@Override
	public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
		// Other connections of this client come and go, to look at a cluster for
		// instance.
		if (connection instanceof StatefulRedisPubSubConnection && !this.closed) {
			this.lost = true;
			this.onLost.run();
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.client.removeListener(this);
		try {
			this.container.destroy();
		}
		catch (Exception ex) {
			logger.debug("The subscription was not closed properly", ex);
		}
	}

	/**
	 * Leaves it to the caller to try again and to log that. The container would log each
	 * attempt that fails, with a stack trace.
	 */
	private static final class QuietContainer extends RedisMessageListenerContainer {

		private volatile boolean failed;

		@Override
		protected void handleSubscriptionException(CompletableFuture<Void> future, BackOffExecution backOffExecution,
				Throwable cause) {
			this.failed = true;
			super.handleSubscriptionException(future, backOffExecution, cause);
		}

		@Override
		public boolean isRunning() {
			return !this.failed && super.isRunning();
		}

	}

}
