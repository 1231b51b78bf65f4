package io.github.ssehub.internal.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.data.redis.connection.RedisClusterConfiguration;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Commands share a connection, however the application finds Redis. A client of Lettuce
 * makes other connections besides, to ask a sentinel or to look at a cluster.
 */
class SharedConnectionTests {

	private static final byte[] CHANNEL = bytes("channel");

	private static final int PUBLISHES = 10;

	private final List<AutoCloseable> resources = new ArrayList<>();

	private final List<RedisProcess> servers = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (int i = this.resources.size() - 1; i >= 0; i--) {
			this.resources.get(i).close();
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectsOnceForAllCommands(Deployment deployment) {
		SharedConnection connection = connect(deployment);
		publish(connection);
		List<Long> before = this.servers.stream().map(RedisProcess::connectionsReceived).toList();
		for (int i = 0; i < PUBLISHES; i++) {
			publish(connection);
		}
		for (int i = 0; i < before.size(); i++) {
			// One is that of the question itself.
			assertThat(this.servers.get(i).connectionsReceived() - before.get(i)).as("connections to server %d", i)
				.isEqualTo(1);
		}
	}

	@ParameterizedTest
	@EnumSource
	void connectsAgainWhenTheConnectionWasLost(Deployment deployment) {
		SharedConnection connection = connect(deployment);
		publish(connection);
		RedisProcess master = this.servers.get(0);
		for (int i = 0; i < 2; i++) {
			assertThat(master.command("CLIENT KILL TYPE normal")).startsWith(":");
			Awaitility.await("the loss").until(connection::isLost);
			publish(connection);
		}
	}

	private SharedConnection connect(Deployment deployment) {
		LettuceConnectionFactory application = new LettuceConnectionFactory(deployment.start(this),
				LettuceClientConfiguration.defaultConfiguration());
		application.afterPropertiesSet();
		application.start();
		this.resources.add(application::destroy);
		SharedConnection connection = new SharedConnection(application, Duration.ofSeconds(5));
		this.resources.add(connection);
		return connection;
	}

	private RedisProcess started(RedisProcess server) {
		this.resources.add(server);
		this.servers.add(server);
		return server;
	}

	private static void publish(SharedConnection connection) {
		connection.execute(() -> {
			try (RedisConnection redis = connection.factory().getConnection()) {
				return redis.publish(CHANNEL, CHANNEL);
			}
		});
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * How an application finds Redis.
	 */
	enum Deployment {

		STANDALONE {

			@Override
			RedisConfiguration start(SharedConnectionTests test) {
				return new RedisStandaloneConfiguration("127.0.0.1", test.started(RedisProcess.start()).port());
			}

		},

		SENTINEL {

			@Override
			RedisConfiguration start(SharedConnectionTests test) {
				RedisProcess sentinel = test.started(test.started(RedisProcess.start()).startSentinel());
				return new RedisSentinelConfiguration().master("master").sentinel("127.0.0.1", sentinel.port());
			}

		},

		CLUSTER {

			@Override
			RedisConfiguration start(SharedConnectionTests test) {
				return new RedisClusterConfiguration().clusterNode("127.0.0.1",
						test.started(RedisProcess.startCluster()).port());
			}

		};

		abstract RedisConfiguration start(SharedConnectionTests test);

	}

}
