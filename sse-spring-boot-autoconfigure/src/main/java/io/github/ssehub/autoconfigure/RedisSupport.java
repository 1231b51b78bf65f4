package io.github.ssehub.autoconfigure;

import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;

/**
 * What the starter can connect to in Redis.
 */
public final class RedisSupport {

	private RedisSupport() {
	}

	/**
	 * Refuses static master and replica nodes: the application's connection factory does
	 * not tell them, and would be taken for one to the local host.
	 * @param details what the application connects to
	 * @param property the property that asks for Redis
	 * @param value its value
	 * @throws SseConfigurationException if the application has such nodes
	 */
	public static void require(DataRedisConnectionDetails details, String property, String value) {
		if (details.getMasterReplica() != null) {
			throw new SseConfigurationException(property, value,
					"the application connects to static master and replica nodes, to which the starter cannot",
					"Use Sentinel, a cluster or a single address instead of spring.data.redis.masterreplica.nodes, or do without %s."
						.formatted(property));
		}
	}

}
