package io.github.ssehub.internal.redis;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.Optional;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ReadFrom;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.RedisConfiguration;
import org.springframework.data.redis.connection.RedisPassword;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.lettuce.RedisCredentialsProviderFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Connections to the Redis of the application, with the same credentials, encryption and
 * threads, but with timeouts of their own.
 */
public final class RedisClients {

	/** The field of a factory that has what the factory was made with. */
	static final String CONFIGURATION = "configuration";

	private RedisClients() {
	}

	/**
	 * Makes a factory whose connections do not come back by themselves when they were
	 * lost: Lettuce would send again what it had no answer to, which Redis may have done,
	 * would wait up to half a minute before it tries, and would tell nobody. It connects
	 * when it is used, and is closed by the caller.
	 * @param application the application's
	 * @param timeout how long a command may take, and to connect
	 * @param shared whether all commands share a connection
	 * @return a running factory
	 */
	public static LettuceConnectionFactory create(LettuceConnectionFactory application, Duration timeout,
			boolean shared) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory(configuration(application),
				new TimedConfiguration(application.getClientConfiguration(), timeout));
		factory.setShareNativeConnection(shared);
		try {
			factory.afterPropertiesSet();
			factory.start();
			return factory;
		}
		catch (RuntimeException | Error ex) {
			factory.destroy();
			throw ex;
		}
	}

	/**
	 * Why something failed: the message of the cause, which says more than that of what
	 * wraps it.
	 * @param exception what was thrown
	 * @return the reason
	 */
	public static String reason(Throwable exception) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(exception);
		return (cause.getMessage() != null) ? cause.getMessage() : cause.toString();
	}

	/**
	 * What the names of other keys begin with that belong to a key, so that a Redis
	 * Cluster has them in the same slot: it hashes what is in braces, and the whole key
	 * without any.
	 * @param key the key
	 * @return the key, in braces unless it has some
	 */
	public static String prefix(String key) {
		return key.matches(".*\\{[^}]+}.*") ? key : "{" + key + "}";
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
		RedisConfiguration used = used(application);
		if (used == null) {
			return told(application);
		}
		if (RedisConfiguration.isStaticMasterReplicaConfiguration(used)) {
			throw new IllegalStateException(
					"The LettuceConnectionFactory of the application connects to static master and replica nodes, to which the starter cannot. Use Sentinel, a cluster or a single address");
		}
		return used;
	}

	/**
	 * What the factory was made with. One that was made with a {@link RedisConfiguration}
	 * by that type, such as one of an URI, connects to what that says, and its method for
	 * a standalone configuration tells another. No method tells the user name.
	 * @return the configuration, or {@code null} if the factory hides it
	 */
	private static @Nullable RedisConfiguration used(LettuceConnectionFactory application) {
		Field field = ReflectionUtils.findField(LettuceConnectionFactory.class, CONFIGURATION);
		if (field == null) {
			return null;
		}
		ReflectionUtils.makeAccessible(field);
		return (ReflectionUtils.getField(field, application) instanceof RedisConfiguration used) ? used : null;
	}

	/**
	 * What the factory tells, if that is what it uses. A proxy has no fields, but a
	 * proxied factory tells the truth about everything but the user name.
	 */
	private static RedisConfiguration told(LettuceConnectionFactory application) {
		RedisStandaloneConfiguration told = application.getStandaloneConfiguration();
		if (!told.getHostName().equals(application.getHostName()) || told.getPort() != application.getPort()
				|| told.getDatabase() != application.getDatabase()
				|| !told.getPassword().equals(RedisPassword.of(application.getPassword()))) {
			throw new IllegalStateException(
					"The LettuceConnectionFactory of the application does not tell the user name it connects to '%s:%d' with. Make it with a RedisStandaloneConfiguration, declared by that type"
						.formatted(application.getHostName(), application.getPort()));
		}
		return told;
	}

	/**
	 * The application's client with other timeouts.
	 */
	private record TimedConfiguration(LettuceClientConfiguration application,
			Duration timeout) implements LettuceClientConfiguration {

		@Override
		public Duration getCommandTimeout() {
			return this.timeout;
		}

		@Override
		public Optional<ClientOptions> getClientOptions() {
			ClientOptions options = this.application.getClientOptions().orElseGet(ClientOptions::create);
			SocketOptions socket = options.getSocketOptions().mutate().connectTimeout(this.timeout).build();
			return Optional.of(options.mutate()
				.autoReconnect(false)
				.socketOptions(socket)
				.timeoutOptions(TimeoutOptions.enabled())
				.build());
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
