package io.github.ssehub.log.redis;

import java.time.Duration;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.redis.SharedConnection;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The connections of a log.
 */
final class RedisConnections {

	private final SharedConnection commands;

	private final LettuceConnectionFactory dedicated;

	/**
	 * Creates them. They connect when they are used.
	 * @param application the application's
	 * @param timeout how long a command may take
	 */
	RedisConnections(LettuceConnectionFactory application, Duration timeout) {
		this(new SharedConnection(application, timeout),
				RedisClients.create(application, RedisLogTail.BLOCK.plus(timeout), false));
	}

	RedisConnections(SharedConnection commands, LettuceConnectionFactory dedicated) {
		this.commands = commands;
		this.dedicated = dedicated;
	}

	/**
	 * For everything that Redis answers at once.
	 */
	SharedConnection commands() {
		return this.commands;
	}

	/**
	 * For the tail and the channel of the nodes, which wait for Redis on a connection of
	 * their own.
	 */
	LettuceConnectionFactory dedicated() {
		return this.dedicated;
	}

	void close() {
		this.dedicated.destroy();
		this.commands.close();
	}

}
