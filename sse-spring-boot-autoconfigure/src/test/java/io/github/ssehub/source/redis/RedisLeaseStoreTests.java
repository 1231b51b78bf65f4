package io.github.ssehub.source.redis;

import java.time.Duration;

import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The lease in a real Redis.
 */
class RedisLeaseStoreTests {

	private static final String KEY = RedisLeaseStore.keyFor("sse:log");

	private static RedisProcess redis;

	private static LettuceConnectionFactory connectionFactory;

	private RedisConnection connection;

	private RedisLeaseStore store;

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

	@BeforeEach
	void connect() {
		this.connection = connectionFactory.getConnection();
		this.connection.serverCommands().flushAll();
		this.store = new RedisLeaseStore(this.connection, KEY);
	}

	@AfterEach
	void disconnect() {
		this.connection.close();
	}

	@Test
	void isGivenToOneAndRenewedByThatOneAlone() {
		assertThat(this.store.acquire("a", Duration.ofMinutes(1))).isTrue();
		assertThat(this.store.acquire("b", Duration.ofHours(1))).isFalse();
		assertThat(millisLeft()).isBetween(1L, 60_000L);
		assertThat(this.store.acquire("a", Duration.ofMinutes(2))).isTrue();
		assertThat(millisLeft()).isBetween(60_001L, 120_000L);
	}

	@Test
	void isReleasedByItsHolderAlone() {
		this.store.acquire("a", Duration.ofMinutes(1));
		this.store.release("b");
		assertThat(this.store.acquire("b", Duration.ofMinutes(1))).isFalse();
		this.store.release("a");
		assertThat(this.connection.keyCommands().exists(KEY.getBytes())).isFalse();
		assertThat(this.store.acquire("b", Duration.ofMinutes(1))).isTrue();
		this.store.release("a");
		assertThat(this.store.acquire("a", Duration.ofMinutes(1))).isFalse();
	}

	@Test
	void isFreeWhenItsTimeIsOver() {
		this.store.acquire("a", Duration.ofMillis(50));
		Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> this.store.acquire("b", Duration.ofMinutes(1)));
		assertThat(this.store.acquire("a", Duration.ofMinutes(1))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "sse:log,{sse:log}:source:redis", "{app}:log,{app}:log:source:redis" })
	void isBelowTheKeyOfTheLogAndInItsSlot(String logKey, String key) {
		assertThat(RedisLeaseStore.keyFor(logKey)).isEqualTo(key);
	}

	private Long millisLeft() {
		return this.connection.keyCommands().pTtl(KEY.getBytes());
	}

	@ParameterizedTest
	@ValueSource(strings = { "SET %s value", "RPUSH %s value" })
	void leavesAKeyOfSomethingElse(String command) {
		redis.command(command.formatted(KEY));
		String before = redis.command("DUMP " + KEY);
		assertThatIllegalStateException().isThrownBy(() -> this.store.acquire("one", Duration.ofSeconds(10)))
			.withMessageContaining("'" + KEY + "'")
			.withMessageContaining("sse.log.redis.key");
		assertThat(redis.command("DUMP " + KEY)).isEqualTo(before);
	}

}
