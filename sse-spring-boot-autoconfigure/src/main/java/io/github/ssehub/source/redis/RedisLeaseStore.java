package io.github.ssehub.source.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.ssehub.internal.redis.RedisClients;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.ReturnType;

/**
 * The lease in Redis: a key with the token of its holder, which Redis removes in time.
 */
final class RedisLeaseStore implements LeaseStore {

	/** What has no expiry is no lease, and would be taken for one for ever. */
	private static final byte[] ACQUIRE = bytes("""
			local type = redis.call('TYPE', KEYS[1])['ok']
			if type ~= 'none' and (type ~= 'string' or redis.call('PTTL', KEYS[1]) == -1) then
				return -1
			end
			if redis.call('GET', KEYS[1]) == ARGV[1] then
				return redis.call('PEXPIRE', KEYS[1], ARGV[2])
			end
			if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
				return 1
			end
			return 0
			""");

	/** The other nodes are told, or they would look for it only some time later. */
	private static final byte[] RELEASE = bytes("""
			if redis.call('GET', KEYS[1]) == ARGV[1] then
				redis.call('DEL', KEYS[1])
				redis.call('PUBLISH', ARGV[2], '')
				return 1
			end
			return 0
			""");

	private final RedisConnection connection;

	private final String key;

	RedisLeaseStore(RedisConnection connection, String key) {
		this.connection = connection;
		this.key = key;
	}

	/**
	 * The key of the lease.
	 * @param logKey the key of the event log, whose prefix it has
	 */
	static String keyFor(String logKey) {
		return RedisClients.prefix(logKey) + ":source:redis";
	}

	/**
	 * The channel that says that a lease was released.
	 */
	static String channelFor(String key) {
		return key + ":released";
	}

	@Override
	public boolean acquire(String token, Duration time) {
		long answer = eval(ACQUIRE, token, Long.toString(time.toMillis()));
		if (answer < 0) {
			throw new IllegalStateException(
					"the key '%s' in Redis is of something else: delete it, or change sse.log.redis.key"
						.formatted(this.key));
		}
		return answer == 1;
	}

	@Override
	public void release(String token) {
		eval(RELEASE, token, channelFor(this.key));
	}

	private long eval(byte[] script, String token, String argument) {
		Long answer = this.connection.scriptingCommands()
			.eval(script, ReturnType.INTEGER, 1, bytes(this.key), bytes(token), bytes(argument));
		return (answer != null) ? answer : 0;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
