package io.github.ssehub.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Refuses values that cannot work, before anything is built from them.
 */
final class PropertyChecks {

	private static final Duration NONE = Duration.ZERO;

	private static final Duration MILLISECOND = Duration.ofMillis(1);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final Duration HOUR = Duration.ofHours(1);

	private static final Duration DAY = Duration.ofDays(1);

	/** Far below the 292 years that fit into nanoseconds. */
	private static final Duration YEAR = Duration.ofDays(365);

	private static final DataSize BYTE = DataSize.ofBytes(1);

	/** A byte array has less than two. */
	private static final DataSize GIGABYTE = DataSize.ofGigabytes(1);

	private static final DataSize TERABYTE = DataSize.ofTerabytes(1);

	private static final int MILLION = 1_000_000;

	/**
	 * Every property that is a number, a duration or a size. Rules between two properties
	 * come on top.
	 */
	private static final List<PropertyRange<?>> RANGES = List.of(
			range("sse.max-connections", 0, 10 * MILLION, 10_000, (sse) -> sse.getMaxConnections()),
			range("sse.max-connections-per-user", 0, 10 * MILLION, 100, (sse) -> sse.getMaxConnectionsPerUser()),
			range("sse.max-event-size", BYTE, GIGABYTE, DataSize.ofKilobytes(256), (sse) -> sse.getMaxEventSize()),
			range("sse.client-timeout", Duration.ofSeconds(10), YEAR, Duration.ofMinutes(5),
					(sse) -> sse.getClientTimeout()),
			range("sse.max-lifetime", SECOND, YEAR, HOUR, (sse) -> sse.getMaxLifetime()),
			range("sse.retry", NONE, DAY, Duration.ofSeconds(3), (sse) -> sse.getRetry()),
			range("sse.buffer.events", 1, MILLION, 256, (sse) -> sse.getBuffer().getEvents()),
			range("sse.buffer.bytes", BYTE, GIGABYTE, DataSize.ofMegabytes(1), (sse) -> sse.getBuffer().getBytes()),
			range("sse.buffer.send-timeout", NONE, HOUR, Duration.ofSeconds(30),
					(sse) -> sse.getBuffer().getSendTimeout()),
			range("sse.heartbeat.interval", Duration.ofSeconds(5), DAY, Duration.ofSeconds(30),
					(sse) -> sse.getHeartbeat().getInterval()),
			range("sse.topics.max-per-connection", 1, 100_000, 64, (sse) -> sse.getTopics().getMaxPerConnection()),
			range("sse.delivery.threads", 1, 64, 4, (sse) -> sse.getDelivery().getThreads()),
			// Rounded up to a power of two, and each loop has an array of that size.
			range("sse.delivery.inbox-events", 16, 1 << 20, 8192, (sse) -> sse.getDelivery().getInboxEvents()),
			range("sse.delivery.publish-timeout", NONE, HOUR, Duration.ofSeconds(5),
					(sse) -> sse.getDelivery().getPublishTimeout()),
			range("sse.delivery.batch-interval", NONE, SECOND, Duration.ofMillis(50),
					(sse) -> sse.getDelivery().getBatchInterval()),
			range("sse.log.history", 0, 100 * MILLION, 1000, (sse) -> sse.getLog().getHistory()),
			range("sse.log.max-bytes", BYTE, TERABYTE, DataSize.ofMegabytes(64), (sse) -> sse.getLog().getMaxBytes()),
			range("sse.log.max-age", MILLISECOND, YEAR, HOUR, (sse) -> sse.getLog().getMaxAge()),
			range("sse.log.idempotency.window", MILLISECOND, YEAR, Duration.ofMinutes(5),
					(sse) -> sse.getLog().getIdempotency().getWindow()),
			range("sse.log.idempotency.max-ids", 1, 100 * MILLION, 10_000,
					(sse) -> sse.getLog().getIdempotency().getMaxIds()),
			range("sse.log.redis.timeout", Duration.ofMillis(50), MINUTE, Duration.ofSeconds(5),
					(sse) -> sse.getLog().getRedis().getTimeout()),
			range("sse.cluster.timeout", Duration.ofMillis(50), MINUTE, SECOND, (sse) -> sse.getCluster().getTimeout()),
			range("sse.source.redis.queue-messages", 1, 10 * MILLION, 1000,
					(sse) -> sse.getSource().getRedis().getQueueMessages()),
			range("sse.source.redis.queue-bytes", BYTE, TERABYTE, DataSize.ofMegabytes(16),
					(sse) -> sse.getSource().getRedis().getQueueBytes()),
			// No browser remembers an answer for longer.
			range("sse.cors.max-age", NONE, DAY, Duration.ofMinutes(30), (sse) -> sse.getCors().getMaxAge()),
			range("sse.shutdown.drain-time", MILLISECOND, HOUR, Duration.ofSeconds(3),
					(sse) -> sse.getShutdown().getDrainTime()),
			range("sse.tomcat.write-timeout", SECOND, DAY, Duration.ofSeconds(20),
					(sse) -> sse.getTomcat().getWriteTimeout()),
			range("sse.tomcat.send-buffer-size", DataSize.ofKilobytes(16), GIGABYTE, DataSize.ofKilobytes(128),
					(sse) -> sse.getTomcat().getSendBufferSize()),
			range("sse.tomcat.read-buffer-size", DataSize.ofBytes(512), DataSize.ofMegabytes(1),
					DataSize.ofKilobytes(1), (sse) -> sse.getTomcat().getReadBufferSize()),
			range("sse.jetty.send-buffer-size", DataSize.ofKilobytes(16), GIGABYTE, DataSize.ofKilobytes(128),
					(sse) -> sse.getJetty().getSendBufferSize()));

	private PropertyChecks() {
	}

	private static <T extends Comparable<T>> PropertyRange<T> range(String property, T least, T most, T example,
			PropertyRange.Value<T> value) {
		return new PropertyRange<>(property, least, most, example, value);
	}

	static List<PropertyRange<?>> ranges() {
		return RANGES;
	}

	static void check(SseProperties properties) {
		RANGES.forEach((range) -> range.check(properties));
		checkPath(properties.getPath());
		checkClientTimeout(properties);
		DataSize maxEventSize = properties.getMaxEventSize();
		requireRoomForAnEvent("sse.buffer.bytes", properties.getBuffer().getBytes(), maxEventSize);
		requireRoomForAnEvent("sse.source.redis.queue-bytes", properties.getSource().getRedis().getQueueBytes(),
				maxEventSize);
		checkLogKey(properties.getLog().getRedis().getKey());
		checkNodeName(properties.getCluster().getNodeName());
		checkChannels(properties.getSource().getRedis().getChannels());
		checkSecurity(properties.getSecurity());
		checkCors(properties.getCors());
	}

	private static void checkPath(String path) {
		require(path.matches("(/[A-Za-z0-9._~-]+)+"), "sse.path", path,
				"it must begin with '/', must not end with one, and must hold letters, digits and ._~- between them",
				"Set sse.path to something like /api/sse.");
	}

	private static void checkClientTimeout(SseProperties properties) {
		Duration heartbeat = properties.getHeartbeat().getInterval();
		Duration least = heartbeat.multipliedBy(2);
		Duration timeout = properties.getClientTimeout();
		require(timeout.compareTo(least) >= 0, "sse.client-timeout", timeout,
				"it must be at least twice sse.heartbeat.interval, which is " + PropertyText.of(heartbeat),
				"Set sse.client-timeout to %s or more, or lower sse.heartbeat.interval."
					.formatted(PropertyText.of(least)));
	}

	private static void requireRoomForAnEvent(String property, DataSize size, DataSize maxEventSize) {
		String least = PropertyText.of(maxEventSize);
		require(size.compareTo(maxEventSize) >= 0, property, size,
				"it must be at least sse.max-event-size, which is " + least,
				"Set %s to %s or more, or lower sse.max-event-size.".formatted(property, least));
	}

	private static void checkLogKey(String key) {
		require(key.matches("\\S{1,256}"), "sse.log.redis.key", key,
				"it must have 1 to 256 characters and no white space",
				"Set sse.log.redis.key to something like sse:log.");
	}

	private static void checkNodeName(@Nullable String name) {
		require(name == null || name.matches("[0-9A-Za-z._-]{1,64}"), "sse.cluster.node-name", name,
				"it must have 1 to 64 letters, digits and ._-",
				"Set sse.cluster.node-name to something like node-1, or remove it.");
	}

	private static void checkChannels(List<String> channels) {
		for (String channel : channels) {
			require(channel.matches("[^\\s\\p{Cntrl}*?\\[\\]]{1,256}"), "sse.source.redis.channels", channel,
					"a channel has 1 to 256 characters, no white space, and is no pattern with * ? [ or ]",
					"Set sse.source.redis.channels to the names of channels, such as notifications, or remove it.");
		}
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

	private static void require(boolean condition, String property, @Nullable Object value, String reason,
			String action) {
		if (!condition) {
			throw new SseConfigurationException(property, value, reason, action);
		}
	}

}
