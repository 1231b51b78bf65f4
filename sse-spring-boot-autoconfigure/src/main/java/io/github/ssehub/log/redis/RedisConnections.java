package io.github.ssehub.log.redis;

import java.time.Duration;

import io.github.ssehub.internal.redis.RedisClients;

import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The connections of a log.
 */
final class RedisConnections {

	private final LettuceConnectionFactory commands;

	private final LettuceConnectionFactory tail;

	/**
	 * Creates factories. They connect when they are used.
	 * @param application the application's
	 * @param timeout how long a command may take
	 */
	RedisConnections(LettuceConnectionFactory application, Duration timeout) {
		this.commands = RedisClients.create(application, timeout, true);
		this.tail = RedisClients.create(application, RedisLogTail.BLOCK.plus(timeout), false);
	}

	/**
	 * For everything but the tail. Comes back by itself, and a command waits for that
	 * until its timeout, so a short loss is not noticed.
	 */
	RedisConnectionFactory commands() {
		return this.commands;
	}

	/**
	 * For the tail, which has to know that it was disconnected: Redis may be another one
	 * afterwards.
	 */
	RedisConnectionFactory tail() {
		return this.tail;
	}

	/**
	 * Has the next command connect anew. After a longer loss a connection would wait up
	 * to half a minute before it tries to come back.
	 */
	void renewCommands() {
		this.commands.resetConnection();
	}

	void close() {
		this.tail.destroy();
		this.commands.destroy();
	}

}
