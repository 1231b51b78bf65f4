package io.github.ssehub.log.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.test.EventLogCompatibilityKit;
import io.github.ssehub.test.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * The log in a real Redis does what every log does.
 */
class RedisEventLogTests extends EventLogCompatibilityKit {

	private static final AtomicInteger number = new AtomicInteger();

	private static RedisProcess redis;

	private static LettuceConnectionFactory connectionFactory;

	@BeforeAll
	static void startRedis() {
		redis = RedisProcess.start();
		connectionFactory = redis.connectionFactory();
	}

	@AfterAll
	static void stopRedis() {
		connectionFactory.destroy();
		redis.close();
	}

	@Override
	protected EventLog createLog(LogLimits limits) {
		return new RedisEventLog(new RedisConnections(connectionFactory, Duration.ofSeconds(2)),
				"log-" + number.incrementAndGet(), limits, Duration.ofSeconds(2));
	}

}
