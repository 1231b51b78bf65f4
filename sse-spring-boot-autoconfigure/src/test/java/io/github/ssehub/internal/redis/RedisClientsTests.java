package io.github.ssehub.internal.redis;

import java.time.Duration;

import io.github.ssehub.test.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The starter connects as the application does. A factory that was made of an URI tells a
 * standalone configuration of the local host, whatever the URI says.
 */
class RedisClientsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private static RedisProcess redis;

	@BeforeAll
	static void startRedis() {
		redis = RedisProcess.start();
		redis.command("ACL SETUSER alice on >wonder ~* &* +@all");
		redis.command("ACL SETUSER bob on nopass ~* &* +@all");
		redis.command("ACL SETUSER default >secret");
	}

	@AfterAll
	static void stopRedis() {
		redis.close();
	}

	@ParameterizedTest
	@CsvSource({ "alice:wonder@, 0, alice", "alice:wonder@, 2, alice", ":secret@, 0, default", ":secret@, 3, default",
			"bob:any@, 0, bob" })
	void connectsAsTheUriSays(String credentials, int database, String user) {
		LettuceConnectionFactory application = application(LettuceConnectionFactory
			.createRedisConfiguration("redis://%s127.0.0.1:%d/%d".formatted(credentials, redis.port(), database)));
		assertConnects(application, database, user);
	}

	@Test
	void takesTheConfigurationOfTheUriForTheLocalHost() {
		RedisConfiguration used = LettuceConnectionFactory
			.createRedisConfiguration("redis://alice:wonder@localhost:6379/2");
		LettuceConnectionFactory created = RedisClients.create(application(used), TIMEOUT, false);
		try {
			assertThat(created.getDatabase()).isEqualTo(2);
			assertThat(created.getPassword()).isEqualTo("wonder");
		}
		finally {
			created.destroy();
		}
	}

	@Test
	void connectsByAProxyThatTellsEverything() {
		RedisStandaloneConfiguration configuration = new RedisStandaloneConfiguration("127.0.0.1", redis.port());
		configuration.setUsername("alice");
		configuration.setPassword("wonder");
		configuration.setDatabase(1);
		LettuceConnectionFactory application = new LettuceConnectionFactory(configuration,
				LettuceClientConfiguration.defaultConfiguration());
		assertConnects(proxy(application), 1, "alice");
	}

	@ParameterizedTest
	@CsvSource({ "redis://:secret@localhost:6379", "redis://localhost:6379/2", "redis://localhost:6380",
			"redis://127.0.0.1:6379" })
	void refusesAProxyThatHidesTheUserName(String uri) {
		LettuceConnectionFactory application = proxy(
				application(LettuceConnectionFactory.createRedisConfiguration(uri)));
		assertThatIllegalStateException().isThrownBy(() -> RedisClients.create(application, TIMEOUT, false))
			.withMessageContaining("user name")
			.withMessageContaining("RedisStandaloneConfiguration");
	}

	@Test
	void refusesStaticMasterAndReplicaNodes() {
		RedisStaticMasterReplicaConfiguration nodes = new RedisStaticMasterReplicaConfiguration("127.0.0.1");
		nodes.setPassword(RedisPassword.of("secret"));
		LettuceConnectionFactory application = application(nodes);
		assertThatIllegalStateException().isThrownBy(() -> RedisClients.create(application, TIMEOUT, false))
			.withMessageContaining("static master and replica nodes");
	}

	@Test
	void tellsANativeImageOfTheField() {
		RuntimeHints hints = new RuntimeHints();
		new RedisRuntimeHints().registerHints(hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection().onFieldAccess(LettuceConnectionFactory.class, "configuration"))
			.accepts(hints);
	}

	private static LettuceConnectionFactory application(RedisConfiguration configuration) {
		return new LettuceConnectionFactory(configuration, LettuceClientConfiguration.defaultConfiguration());
	}

	private static LettuceConnectionFactory proxy(LettuceConnectionFactory target) {
		ProxyFactory factory = new ProxyFactory(target);
		factory.setProxyTargetClass(true);
		return (LettuceConnectionFactory) factory.getProxy();
	}

	private static void assertConnects(LettuceConnectionFactory application, int database, String user) {
		LettuceConnectionFactory created = RedisClients.create(application, TIMEOUT, false);
		try (RedisConnection connection = created.getConnection()) {
			assertThat(created.getDatabase()).isEqualTo(database);
			assertThat((byte[]) connection.execute("ACL", "WHOAMI".getBytes())).asString().isEqualTo(user);
		}
		finally {
			created.destroy();
		}
	}

}
