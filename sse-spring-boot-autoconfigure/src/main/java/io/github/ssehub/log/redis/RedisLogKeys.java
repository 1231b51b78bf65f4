package io.github.ssehub.log.redis;

import java.nio.charset.StandardCharsets;

import io.github.ssehub.internal.redis.RedisClients;

/**
 * The names of everything that a log has in Redis. All begin with the key of its stream
 * and are in the same hash slot of a Redis Cluster.
 *
 * @param stream the entries, a stream; an entry's id is its offset, followed for an
 * ephemeral one by its number behind that offset
 * @param state the epoch, the last offset and the last ephemeral number, a hash
 * @param ephemeral the ids of ephemeral entries in the stream, a list
 * @param idPrefix what the keys of idempotency keys begin with, each a string
 * @param channel where the nodes talk to each other, a channel
 */
record RedisLogKeys(byte[] stream, byte[] state, byte[] ephemeral, String idPrefix, byte[] channel) {

	static RedisLogKeys of(String key) {
		String prefix = RedisClients.prefix(key);
		return new RedisLogKeys(bytes(key), bytes(prefix + ":state"), bytes(prefix + ":ephemeral"), prefix + ":id:",
				bytes(prefix + ":nodes"));
	}

	byte[] id(String idempotencyKey) {
		return bytes(this.idPrefix + idempotencyKey);
	}

	private static byte[] bytes(String name) {
		return name.getBytes(StandardCharsets.UTF_8);
	}

}
