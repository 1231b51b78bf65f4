package io.github.ssehub.benchmarks.soak;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.github.ssehub.OverflowPolicy;

/**
 * What a run is like.
 *
 * @param seed where its random numbers begin
 * @param server the web server
 * @param overflow the overflow policy
 * @param clients how many clients there are
 * @param steps how many steps a round has
 * @param rounds how many rounds there are at least
 * @param duration how long it goes on at least
 * @param maxLifetime how long a connection lasts at most
 * @param batchInterval how long events wait for others
 */
public record SoakSettings(long seed, Server server, OverflowPolicy overflow, int clients, int steps, int rounds,
		Duration duration, Duration maxLifetime, Duration batchInterval) {

	static final int PUBLISHERS = 3;

	/** Far more than is published in a round, so nobody comes back too late. */
	static final int HISTORY = 10_000;

	static final int PUBLICATIONS_PER_STEP = 20;

	static final int MAX_STEPS = HISTORY / PUBLICATIONS_PER_STEP / 2;

	/**
	 * Creates settings and checks them.
	 */
	public SoakSettings {
		if (clients < 1 || steps < 1 || steps > MAX_STEPS || rounds < 1) {
			throw new IllegalArgumentException(
					"There must be a client, a round and 1 to %d steps in each".formatted(MAX_STEPS));
		}
	}

	List<String> arguments() {
		Stream<String> properties = Stream.of("sse.heartbeat.interval=5s", "sse.client-timeout=10s",
				"sse.max-lifetime=" + this.maxLifetime.toMillis() + "ms", "sse.retry=1s", "sse.log.history=" + HISTORY,
				"sse.log.idempotency.max-ids=1000", "sse.buffer.events=64", "sse.buffer.bytes=64KB",
				"sse.max-event-size=16KB", "sse.delivery.batch-interval=" + this.batchInterval.toMillis() + "ms",
				"sse.buffer.overflow=" + tag(this.overflow), "sse.security.expose-admin-without-authentication=true",
				"logging.level.root=warn", "spring.main.register-shutdown-hook=false");
		return Stream
			.concat((this.server == Server.JETTY) ? Stream.of("jetty") : Stream.empty(),
					properties.map((property) -> "--" + property))
			.toList();
	}

	private static String tag(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	@Override
	public String toString() {
		return "seed %d, %s, %s, %d clients, %d steps in each round, lifetime %s, batch interval %s".formatted(
				this.seed, tag(this.server), tag(this.overflow), this.clients, this.steps, this.maxLifetime,
				this.batchInterval);
	}

	/**
	 * The web server.
	 */
	public enum Server {

		/** Tomcat. */
		TOMCAT,

		/** Jetty. */
		JETTY

	}

}
