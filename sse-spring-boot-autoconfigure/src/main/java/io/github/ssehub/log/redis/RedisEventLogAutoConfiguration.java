package io.github.ssehub.log.redis;

import io.github.ssehub.autoconfigure.RedisSupport;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.internal.redis.RedisRuntimeHints;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogLimits;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the event log in Redis.
 */
@AutoConfiguration(before = SseAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ LettuceConnectionFactory.class, DispatcherServlet.class })
@ConditionalOnBooleanProperty(name = "sse.enabled", matchIfMissing = true)
@ConditionalOnProperty(name = "sse.log.type", havingValue = "redis")
@ImportRuntimeHints({ RedisLogRuntimeHints.class, RedisRuntimeHints.class })
public final class RedisEventLogAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(EventLog.class)
	@ConditionalOnBean(LettuceConnectionFactory.class)
	RedisEventLog sseEventLog(LettuceConnectionFactory connectionFactory, SseProperties properties, LogLimits limits,
			ObjectProvider<DataRedisConnectionDetails> connectionDetails) {
		connectionDetails.ifAvailable((details) -> RedisSupport.require(details, "sse.log.type", "redis"));
		SseProperties.Log.Redis redis = properties.getLog().getRedis();
		return new RedisEventLog(new RedisConnections(connectionFactory, redis.getTimeout()), redis.getKey(), limits,
				redis.getTimeout());
	}

}
