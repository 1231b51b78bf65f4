package io.github.ssehub.log.redis;

import java.time.Duration;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.internal.redis.SharedConnection;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A key that something else has in Redis is left as it is. The log used to begin with
 * deleting whatever had the names of its keys.
 */
class RedisKeyTests {

	private static RedisProcess redis;

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, DataRedisAutoConfiguration.class,
				RedisEventLogAutoConfiguration.class, SseAutoConfiguration.class))
		.withPropertyValues("sse.log.type=redis", "spring.data.redis.port=" + port());

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

	@BeforeEach
	void empty() {
		redis.command("FLUSHALL");
	}

	@ParameterizedTest
	@CsvSource({ "RPUSH sse:log a, sse:log, list", "SET sse:log a, sse:log, string", "HSET sse:log a b, sse:log, hash",
			"XADD sse:log * a b, sse:log, stream", "SET {sse:log}:state a, {sse:log}:state, string",
			"HSET {sse:log}:ephemeral a b, {sse:log}:ephemeral, hash" })
	void stopsTheStartForAKeyOfSomethingElse(String command, String key, String type) {
		redis.command(command);
		String before = redis.command("DUMP " + key);
		this.contextRunner.run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains("sse.log.redis.key", "'sse:log'", "'" + key + "'", type);
			assertThat(analysis.getAction()).contains("sse.log.redis.key", "'" + key + "'");
		});
		assertThat(redis.command("DUMP " + key)).isEqualTo(before).isNotEqualTo("$-1\r\n+OK\r\n");
	}

	private static FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		return SpringFactoriesLoader.forDefaultResourceLocation().load(FailureAnalyzer.class, (type, name, ex) -> {
		})
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter((analysis) -> analysis != null)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void leavesAKeyThatIsTakenWhileRedisWasAway() {
		redis.command("RPUSH sse:log a");
		RedisProcess late = RedisProcess.start();
		late.kill();
		try {
			this.contextRunner.withPropertyValues("spring.data.redis.port=" + late.port()).run((context) -> {
				late.restart();
				late.command("RPUSH sse:log a");
				EventLog log = context.getBean(EventLog.class);
				Awaitility.await("the reason")
					.untilAsserted(() -> assertThatExceptionOfType(EventLogException.class).isThrownBy(log::describe)
						.withMessageContaining("'sse:log'")
						.withMessageContaining("list"));
				assertThatExceptionOfType(EventLogException.class)
					.isThrownBy(() -> context.getBean(SsePublisher.class).broadcast(SseEvent.of("data")))
					.withMessageContaining("'sse:log'");
				assertThat(late.command("LLEN sse:log")).startsWith(":1");
			});
		}
		finally {
			late.close();
		}
	}

	@Test
	void writesNothingWhenAKeyIsTakenLater() {
		this.contextRunner.run((context) -> {
			SsePublisher publisher = context.getBean(SsePublisher.class);
			publisher.broadcast(SseEvent.of("data"));
			redis.command("SET {sse:log}:ephemeral a");
			SseEvent ephemeral = SseEvent.named("test").data("data").ephemeral(true).build();
			assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> publisher.broadcast(ephemeral))
				.withMessageContaining("'{sse:log}:ephemeral'");
			assertThat(redis.command("XLEN sse:log")).startsWith(":1");
		});
	}

	@ParameterizedTest
	@CsvSource({ "sse:log, false", "{sse:log}:state, false", "sse:log, true", "{sse:log}:state, true",
			"{sse:log}:ephemeral, true" })
	void refusesAnEventAndNamesTheKeyThatIsTakenLater(String key, boolean ephemeral) {
		this.contextRunner.run((context) -> {
			SsePublisher publisher = context.getBean(SsePublisher.class);
			publisher.broadcast(SseEvent.of("data"));
			redis.command("SET " + key + " a");
			SseEvent event = SseEvent.named("test").data("data").ephemeral(ephemeral).build();
			assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> publisher.broadcast(event))
				.withMessageContaining("'" + key + "'");
			assertThat(redis.command("GET " + key)).contains("a");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse:log", "{sse:log}:ephemeral" })
	void beginsNoNewLifeOnAKeyOfSomethingElse(String key) {
		this.contextRunner.run((context) -> {
			redis.command("DEL {sse:log}:state");
			redis.command("SET " + key + " a");
			assertThatExceptionOfType(EventLogException.class)
				.isThrownBy(() -> context.getBean(SsePublisher.class).broadcast(SseEvent.of("data")))
				.withMessageContaining("'" + key + "'");
			assertThat(redis.command("GET " + key)).contains("a");
			assertThat(redis.command("EXISTS {sse:log}:state")).startsWith(":0");
		});
	}

	/**
	 * The log looks once a second, but not for every event.
	 */
	@Test
	void doesNotLookAtTheTypesOfItsKeysForEveryEvent() {
		int events = 200;
		this.contextRunner.run((context) -> {
			SsePublisher publisher = context.getBean(SsePublisher.class);
			redis.command("CONFIG RESETSTAT");
			for (int i = 0; i < events; i++) {
				publisher.broadcast(SseEvent.named("test").data("data").ephemeral(i % 2 == 0).build());
			}
			long looks = redis.command("INFO commandstats")
				.lines()
				.filter((line) -> line.startsWith("cmdstat_type:calls="))
				.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
				.sum();
			assertThat(looks).isLessThan(events);
		});
	}

	@Test
	void removesNoOldEntryOfSomethingElse() {
		redis.command("XADD sse:log 1-0 a b");
		redis.command("XADD sse:log 2-0 e life t 1");
		redis.command("XADD sse:log 3-0 a b");
		LettuceConnectionFactory application = redis.connectionFactory();
		try (SharedConnection connection = new SharedConnection(application, Duration.ofSeconds(5))) {
			new RedisLogStore(connection, RedisLogKeys.of("sse:log"),
					new LogLimits(1000, 1 << 20, Duration.ofSeconds(1), Duration.ofMinutes(5), 1000))
				.expire(Duration.ofSeconds(1));
		}
		finally {
			application.destroy();
		}
		assertThat(redis.command("XRANGE sse:log - +")).contains("1-0", "3-0").doesNotContain("2-0");
	}

	@Test
	void beginsANewLifeWhenOnlyTheStateIsLost() {
		this.contextRunner.run((context) -> context.getBean(SsePublisher.class).broadcast(SseEvent.of("data")));
		redis.command("DEL {sse:log}:state");
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed());
		assertThat(redis.command("EXISTS sse:log")).startsWith(":0");
	}

}
