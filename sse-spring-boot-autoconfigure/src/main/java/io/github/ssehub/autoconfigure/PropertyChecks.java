package io.github.ssehub.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Refuses values that cannot work, before anything is built from them.
 */
final class PropertyChecks {

	private static final Duration MIN_HEARTBEAT = Duration.ofSeconds(5);

	private static final Duration MAX_RETRY = Duration.ofDays(1);

	private static final Duration MAX_BATCH_INTERVAL = Duration.ofSeconds(1);

	private static final Duration MAX_PUBLISH_TIMEOUT = Duration.ofHours(1);

	private static final Duration MIN_REDIS_TIMEOUT = Duration.ofMillis(50);

	private static final Duration MAX_REDIS_TIMEOUT = Duration.ofMinutes(1);

	private static final Duration MIN_CLUSTER_TIMEOUT = Duration.ofMillis(50);

	private static final Duration MAX_CLUSTER_TIMEOUT = Duration.ofMinutes(1);

	private static final Duration MIN_WRITE_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration MAX_WRITE_TIMEOUT = Duration.ofDays(1);

	private static final DataSize MIN_SEND_BUFFER = DataSize.ofKilobytes(16);

	private static final DataSize MAX_SEND_BUFFER = DataSize.ofGigabytes(1);

	private static final DataSize MIN_READ_BUFFER = DataSize.ofBytes(512);

	private static final DataSize MAX_READ_BUFFER = DataSize.ofMegabytes(1);

	private PropertyChecks() {
	}

	static void check(SseProperties properties) {
		checkPath(properties.getPath());
		requireAtLeast("sse.max-connections", properties.getMaxConnections(), 0);
		requireAtLeast("sse.max-connections-per-user", properties.getMaxConnectionsPerUser(), 0);
		requirePositive("sse.max-event-size", properties.getMaxEventSize());
		checkTimes(properties);
		checkBuffer(properties);
		requireAtLeast("sse.topics.max-per-connection", properties.getTopics().getMaxPerConnection(), 1);
		checkDelivery(properties.getDelivery());
		checkLog(properties.getLog());
		checkCluster(properties.getCluster());
		checkRedisSource(properties.getSource().getRedis(), properties.getMaxEventSize());
		checkSecurity(properties.getSecurity());
		checkCors(properties.getCors());
		requirePositive("sse.shutdown.drain-time", properties.getShutdown().getDrainTime());
		checkTomcat(properties.getTomcat());
		checkSendBuffer("sse.jetty.send-buffer-size", properties.getJetty().getSendBufferSize());
	}

	private static void checkPath(String path) {
		require(path.matches("(/[A-Za-z0-9._~-]+)+"), "sse.path", path,
				"it must begin with '/', must not end with one, and must hold letters, digits and ._~- between them",
				"Set sse.path to something like /api/sse.");
	}

	private static void checkTimes(SseProperties properties) {
		Duration heartbeat = properties.getHeartbeat().getInterval();
		require(heartbeat.compareTo(MIN_HEARTBEAT) >= 0, "sse.heartbeat.interval", heartbeat,
				"it must be at least 5 seconds", "Set sse.heartbeat.interval to 5s or more, such as 30s.");
		Duration timeout = properties.getClientTimeout();
		require(timeout.compareTo(heartbeat.multipliedBy(2)) >= 0, "sse.client-timeout", timeout,
				"it must be at least twice sse.heartbeat.interval, which is " + heartbeat,
				"Set sse.client-timeout to %ds or more, or lower sse.heartbeat.interval."
					.formatted(heartbeat.multipliedBy(2).toSeconds()));
		Duration lifetime = properties.getMaxLifetime();
		if (lifetime != null) {
			require(lifetime.compareTo(Duration.ofSeconds(1)) >= 0, "sse.max-lifetime", lifetime,
					"it must be at least one second", "Set sse.max-lifetime to something like 1h, or remove it.");
		}
		Duration retry = properties.getRetry();
		require(!retry.isNegative() && retry.compareTo(MAX_RETRY) <= 0, "sse.retry", retry,
				"it must be between 0 and one day", "Set sse.retry to something like 3s.");
	}

	private static void checkBuffer(SseProperties properties) {
		SseProperties.Buffer buffer = properties.getBuffer();
		requireAtLeast("sse.buffer.events", buffer.getEvents(), 1);
		Duration sendTimeout = buffer.getSendTimeout();
		require(!sendTimeout.isNegative() && sendTimeout.compareTo(MAX_PUBLISH_TIMEOUT) <= 0, "sse.buffer.send-timeout",
				sendTimeout, "it must be between 0 and one hour",
				"Set sse.buffer.send-timeout to something like 30s, or to 0 to wait not at all.");
		long maxEvent = properties.getMaxEventSize().toBytes();
		require(buffer.getBytes().toBytes() >= maxEvent, "sse.buffer.bytes", buffer.getBytes(),
				"it must be at least sse.max-event-size, which is " + properties.getMaxEventSize(),
				"Set sse.buffer.bytes to %dB or more, or lower sse.max-event-size.".formatted(maxEvent));
	}

	private static void checkDelivery(SseProperties.Delivery delivery) {
		Integer threads = delivery.getThreads();
		require(threads == null || (threads >= 1 && threads <= 64), "sse.delivery.threads", threads,
				"it must be between 1 and 64", "Set sse.delivery.threads to the number of processors, or remove it.");
		requireAtLeast("sse.delivery.inbox-events", delivery.getInboxEvents(), 16);
		Duration timeout = delivery.getPublishTimeout();
		require(!timeout.isNegative() && timeout.compareTo(MAX_PUBLISH_TIMEOUT) <= 0, "sse.delivery.publish-timeout",
				timeout, "it must be between 0 and one hour",
				"Set sse.delivery.publish-timeout to something like 5s, or to 0 to reject at once.");
		Duration interval = delivery.getBatchInterval();
		require(!interval.isNegative() && interval.compareTo(MAX_BATCH_INTERVAL) <= 0, "sse.delivery.batch-interval",
				interval, "it must be between 0 and one second",
				"Set sse.delivery.batch-interval to something like 50ms, or to 0 to deliver each event at once.");
	}

	private static void checkLog(SseProperties.Log log) {
		requireAtLeast("sse.log.history", log.getHistory(), 0);
		requirePositive("sse.log.max-bytes", log.getMaxBytes());
		if (log.getMaxAge() != null) {
			requirePositive("sse.log.max-age", log.getMaxAge());
		}
		requirePositive("sse.log.idempotency.window", log.getIdempotency().getWindow());
		requireAtLeast("sse.log.idempotency.max-ids", log.getIdempotency().getMaxIds(), 1);
		String key = log.getRedis().getKey();
		require(key.matches("\\S{1,256}"), "sse.log.redis.key", key,
				"it must have 1 to 256 characters and no white space",
				"Set sse.log.redis.key to something like sse:log.");
		Duration timeout = log.getRedis().getTimeout();
		require(timeout.compareTo(MIN_REDIS_TIMEOUT) >= 0 && timeout.compareTo(MAX_REDIS_TIMEOUT) <= 0,
				"sse.log.redis.timeout", timeout, "it must be between 50 milliseconds and one minute",
				"Set sse.log.redis.timeout to something like 5s.");
	}

	private static void checkCluster(SseProperties.Cluster cluster) {
		String name = cluster.getNodeName();
		require(name == null || name.matches("[0-9A-Za-z._-]{1,64}"), "sse.cluster.node-name", name,
				"it must have 1 to 64 letters, digits and ._-",
				"Set sse.cluster.node-name to something like node-1, or remove it.");
		Duration timeout = cluster.getTimeout();
		require(timeout.compareTo(MIN_CLUSTER_TIMEOUT) >= 0 && timeout.compareTo(MAX_CLUSTER_TIMEOUT) <= 0,
				"sse.cluster.timeout", timeout, "it must be between 50 milliseconds and one minute",
				"Set sse.cluster.timeout to something like 1s.");
	}

	private static void checkRedisSource(SseProperties.Source.Redis redis, DataSize maxEventSize) {
		for (String channel : redis.getChannels()) {
			require(channel.matches("[^\\s\\p{Cntrl}*?\\[\\]]{1,256}"), "sse.source.redis.channels", channel,
					"a channel has 1 to 256 characters, no white space, and is no pattern with * ? [ or ]",
					"Set sse.source.redis.channels to the names of channels, such as notifications, or remove it.");
		}
		requireAtLeast("sse.source.redis.queue-messages", redis.getQueueMessages(), 1);
		requirePositive("sse.source.redis.queue-bytes", redis.getQueueBytes());
		require(redis.getQueueBytes().compareTo(maxEventSize) >= 0, "sse.source.redis.queue-bytes",
				redis.getQueueBytes(), "it must be at least sse.max-event-size, which is " + maxEventSize,
				"Set sse.source.redis.queue-bytes to %dB or more, or lower sse.max-event-size."
					.formatted(maxEventSize.toBytes()));
	}

	private static void checkSecurity(SseProperties.Security security) {
		String role = security.getAdminRole();
		require(!role.isBlank() && !role.startsWith("ROLE_"), "sse.security.admin-role", role,
				"it must be the name of a role without the prefix ROLE_", "Set sse.security.admin-role to ADMIN.");
	}

	private static void checkCors(SseProperties.Cors cors) {
		for (String origin : cors.getAllowedOrigins()) {
			require(!(origin.equals("*") && cors.isAllowCredentials()), "sse.cors.allowed-origins", origin,
					"every origin cannot be allowed together with credentials",
					"List the origins, or set sse.cors.allow-credentials=false.");
			require(origin.equals("*") || origin.matches("https?://[^/*\\s]+"), "sse.cors.allowed-origins", origin,
					"an origin is a scheme, a host and perhaps a port, without a path",
					"Write an origin like https://app.example.com.");
		}
	}

	private static void checkTomcat(SseProperties.Tomcat tomcat) {
		Duration timeout = tomcat.getWriteTimeout();
		require(timeout.compareTo(MIN_WRITE_TIMEOUT) >= 0 && timeout.compareTo(MAX_WRITE_TIMEOUT) <= 0,
				"sse.tomcat.write-timeout", timeout, "it must be between one second and one day",
				"Set sse.tomcat.write-timeout to something like 20s.");
		checkSendBuffer("sse.tomcat.send-buffer-size", tomcat.getSendBufferSize());
		requireBetween("sse.tomcat.read-buffer-size", tomcat.getReadBufferSize(), MIN_READ_BUFFER, MAX_READ_BUFFER,
				"it must be between 512 bytes and 1 MB",
				"Set sse.tomcat.read-buffer-size to something like 1KB, or remove it.");
	}

	private static void checkSendBuffer(String property, @Nullable DataSize value) {
		requireBetween(property, value, MIN_SEND_BUFFER, MAX_SEND_BUFFER, "it must be between 16 KB and 1 GB",
				"Set %s to something like 128KB, or remove it.".formatted(property));
	}

	private static void requireBetween(String property, @Nullable DataSize value, DataSize least, DataSize most,
			String reason, String action) {
		require(value == null || (value.compareTo(least) >= 0 && value.compareTo(most) <= 0), property, value, reason,
				action);
	}

	private static void requireAtLeast(String property, int value, int least) {
		require(value >= least, property, value, "it must be at least " + least,
				"Set %s to %d or more.".formatted(property, least));
	}

	private static void requirePositive(String property, DataSize value) {
		require(value.toBytes() > 0 && value.toBytes() < Integer.MAX_VALUE, property, value,
				"it must be between 1 byte and 2 GB", "Set %s to something like 1MB.".formatted(property));
	}

	private static void requirePositive(String property, Duration value) {
		require(!value.isNegative() && !value.isZero(), property, value, "it must be greater than zero",
				"Set %s to something like 5s.".formatted(property));
	}

	private static void require(boolean condition, String property, @Nullable Object value, String reason,
			String action) {
		if (!condition) {
			throw new SseConfigurationException(property, value, reason, action);
		}
	}

}
