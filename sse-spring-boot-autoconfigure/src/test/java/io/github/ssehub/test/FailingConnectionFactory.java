package io.github.ssehub.test;

import io.lettuce.core.AbstractRedisClient;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Connections to a Redis of this machine, which meet an error when they are told to.
 */
public final class FailingConnectionFactory extends LettuceConnectionFactory {

	private volatile @Nullable Error failure;

	/**
	 * Creates it, running.
	 * @param port the port of Redis
	 */
	public FailingConnectionFactory(int port) {
		super("127.0.0.1", port);
		setShareNativeConnection(false);
		afterPropertiesSet();
		start();
	}

	/**
	 * Lets everything fail from now on.
	 * @param failure what is thrown, or {@code null} to let it work again
	 */
	public void fail(@Nullable Error failure) {
		this.failure = failure;
	}

	private void check() {
		Error failure = this.failure;
		if (failure != null) {
			throw failure;
		}
	}

	@Override
	public AbstractRedisClient getRequiredNativeClient() {
		check();
		return super.getRequiredNativeClient();
	}

	@Override
	public RedisConnection getConnection() {
		check();
		return super.getConnection();
	}

}
