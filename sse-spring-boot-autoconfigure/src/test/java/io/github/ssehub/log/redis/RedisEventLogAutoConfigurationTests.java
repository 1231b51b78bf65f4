package io.github.ssehub.log.redis;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogs;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.test.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the log is in Redis, and what stops the start.
 */
class RedisEventLogAutoConfigurationTests {

	private static RedisProcess redis;

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, DataRedisAutoConfiguration.class,
				RedisEventLogAutoConfiguration.class, SseAutoConfiguration.class))
		.withPropertyValues("spring.data.redis.port=" + port());

	private static int port() {
		return (redis != null) ? redis.port() : 1;
	}

	@BeforeAll
	static void startRedis() {
		redis = RedisProcess.start();
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@Test
	void leavesTheLogInMemoryByDefault() {
		this.contextRunner
			.run((context) -> assertThat(context.getBean(EventLog.class).describe()).containsEntry("type", "memory"));
	}

	@Test
	void putsTheLogIntoTheRedisOfTheApplication() {
		this.contextRunner.withPropertyValues("sse.log.type=redis", "sse.log.redis.key=app:events").run((context) -> {
			context.getBean(SsePublisher.class).broadcast(SseEvent.of("test", "data"));
			assertThat(context.getBean(EventLog.class).describe()).containsEntry("type", "redis")
				.containsEntry("key", "app:events");
		});
		this.contextRunner.withPropertyValues("sse.log.type=redis", "sse.log.redis.key=app:events")
			.run((context) -> assertThat(context.getBean(EventLog.class).head().offset()).isOne());
	}

	@Test
	void backsOffFromALogOfTheApplication() {
		this.contextRunner.withPropertyValues("sse.log.type=redis")
			.withBean(EventLog.class,
					() -> EventLogs.inMemory(new LogLimits(1, 1000, null, java.time.Duration.ofMinutes(1), 1)))
			.run((context) -> assertThat(context).hasNotFailed()
				.getBean(EventLog.class)
				.extracting((log) -> log.describe().get("type"))
				.isEqualTo("memory"));
	}

	@Test
	void startsWhileRedisIsAway() {
		this.contextRunner.withPropertyValues("sse.log.type=redis", "spring.data.redis.port=1")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void doesNothingWhenTheStarterIsOff() {
		this.contextRunner.withPropertyValues("sse.log.type=redis", "sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(EventLog.class));
	}

	@Test
	void stopsTheStartWithoutLettuce() {
		this.contextRunner.withPropertyValues("sse.log.type=redis")
			.withClassLoader(new FilteredClassLoader(LettuceConnectionFactory.class))
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("sse.log.type"));
	}

	@Test
	void stopsTheStartWithStaticReplicas() {
		this.contextRunner
			.withPropertyValues("sse.log.type=redis", "spring.data.redis.masterreplica.nodes=localhost:1,localhost:2")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("master and replica nodes"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.log.redis.key=", "sse.log.redis.key=a b", "sse.log.redis.timeout=10ms",
			"sse.log.redis.timeout=2m" })
	void stopsTheStartWhenAPropertyCannotWork(String setting) {
		this.contextRunner.withPropertyValues("sse.log.type=redis", setting)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining(setting.substring(0, setting.indexOf('='))));
	}

}
