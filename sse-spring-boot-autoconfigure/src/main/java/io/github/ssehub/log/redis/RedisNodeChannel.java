package io.github.ssehub.log.redis;

import java.util.function.Consumer;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.NodeChannel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/**
 * The channel of the nodes in Redis Pub/Sub.
 */
final class RedisNodeChannel implements NodeChannel {

	private static final Log logger = LogFactory.getLog(RedisEventLog.class);

	private final RedisConnectionFactory connectionFactory;

	private final byte[] channel;

	private final RedisMessageListenerContainer container = new RedisMessageListenerContainer();

	private boolean opened;

	private boolean connected;

	private boolean closed;

	RedisNodeChannel(RedisConnectionFactory connectionFactory, byte[] channel) {
		this.connectionFactory = connectionFactory;
		this.channel = channel;
	}

	@Override
	public synchronized void open(Consumer<byte[]> receiver) {
		if (this.opened) {
			throw new IllegalStateException("The node channel is open already");
		}
		this.opened = true;
		this.container.setConnectionFactory(this.connectionFactory);
		this.container.setTaskExecutor(new SyncTaskExecutor());
		this.container.addMessageListener((message, pattern) -> receiver.accept(message.getBody()),
				new ChannelTopic(EntryFields.text(this.channel)));
		this.container.afterPropertiesSet();
		if (this.connected) {
			listen();
		}
	}

	/**
	 * Listens now that Redis is there, unless it does so already. After a short loss of
	 * the connection the client subscribes again by itself.
	 */
	synchronized void connect() {
		this.connected = true;
		if (this.opened) {
			listen();
		}
	}

	/**
	 * Listens no more, until the next {@link #connect()}.
	 */
	synchronized void disconnect() {
		this.container.stop();
	}

	private void listen() {
		if (this.closed || this.container.isRunning()) {
			return;
		}
		try {
			this.container.start();
		}
		catch (RuntimeException ex) {
			logger.debug("The channel of the nodes cannot be listened to yet", ex);
			this.container.stop();
		}
	}

	@Override
	public void send(byte[] message) {
		try (RedisConnection connection = this.connectionFactory.getConnection()) {
			connection.publish(this.channel, message);
		}
		catch (DataAccessException ex) {
			throw new EventLogException("Sending to the other nodes by Redis failed: " + RedisClients.reason(ex), ex);
		}
	}

	synchronized void close() {
		this.closed = true;
		try {
			this.container.destroy();
		}
		catch (Exception ex) {
			logger.debug("The channel of the nodes was not closed", ex);
		}
	}

}
