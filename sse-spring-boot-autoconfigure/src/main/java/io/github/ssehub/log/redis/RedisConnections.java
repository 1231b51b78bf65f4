package io.github.ssehub.log.redis;

import java.time.Duration;
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.resource.ClientResources;

import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;

/**
 * The connections of a log: to the same Redis, with the same credentials, encryption and
 * threads as those of the application, but with timeouts of their own.
 */
final class RedisConnections {

	private final LettuceConnectionFactory commands;

	private final LettuceConnectionFactory tail;

	/**
	 * Creates factories. They connect when they are used.
	 * @param application the application's
	 * @param timeout how long a command may take
	 */
	RedisConnections(LettuceConnectionFactory application, Duration timeout) {
		this.commands = create(application, timeout, true);
		this.tail = create(application, RedisLogTail.BLOCK.plus(timeout), false);
	}

	private static LettuceConnectionFactory create(LettuceConnectionFactory application, Duration timeout,
			boolean reconnect) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration(application),
				new TimedConfiguration(application.getClientConfiguration(), timeout, reconnect));
		factory.setShareNativeConnection(reconnect);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	private static RedisConfiguration configuration(LettuceConnectionFactory application) {
		if (application.getClusterConfiguration() != null) {
			return application.getClusterConfiguration();
		}
		if (application.getSentinelConfiguration() != null) {
			return application.getSentinelConfiguration();
		}
		if (application.getSocketConfiguration() != null) {
			return application.getSocketConfiguration();
		}
		return application.getStandaloneConfiguration();
	}

	/**
	 * For everything but the tail. Reconnects by itself, and a command waits for that
	 * until its timeout.
	 */
	RedisConnectionFactory commands() {
		return this.commands;
	}

	/**
	 * For the tail, which has to know that it was disconnected: Redis may be another one
	 * afterwards.
	 */
	RedisConnectionFactory tail() {
		return this.tail;
	}

	void close() {
		this.tail.destroy();
		this.commands.destroy();
	}

	/**
	 * The application's client with other timeouts.
	 */
	private record TimedConfiguration(LettuceClientConfiguration application, Duration timeout,
			boolean reconnect) implements LettuceClientConfiguration {

		@Override
		public Duration getCommandTimeout() {
			return this.timeout;
		}

		@Override
		public Optional<ClientOptions> getClientOptions() {
			ClientOptions options = this.application.getClientOptions().orElseGet(ClientOptions::create);
			return Optional.of(options.mutate().autoReconnect(this.reconnect).build());
		}

		@Override
		public Duration getShutdownTimeout() {
			return Duration.ZERO;
		}

		@Override
		public Duration getShutdownQuietPeriod() {
			return Duration.ZERO;
		}

		@Override
		public boolean isUseSsl() {
			return this.application.isUseSsl();
		}

		@Override
		public boolean isVerifyPeer() {
			return this.application.isVerifyPeer();
		}

		@Override
		public SslVerifyMode getVerifyMode() {
			return this.application.getVerifyMode();
		}

		@Override
		public boolean isStartTls() {
			return this.application.isStartTls();
		}

		@Override
		public Optional<ClientResources> getClientResources() {
			return this.application.getClientResources();
		}

		@Override
		public Optional<String> getClientName() {
			return this.application.getClientName();
		}

		/**
		 * Where it is written. A replica lags, and what it lacks would look lost.
		 */
		@Override
		public Optional<ReadFrom> getReadFrom() {
			return Optional.empty();
		}

		@Override
		public Optional<RedisCredentialsProviderFactory> getRedisCredentialsProviderFactory() {
			return this.application.getRedisCredentialsProviderFactory();
		}

	}

}
