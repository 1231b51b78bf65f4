package io.github.ssehub.source.redis;

import io.github.ssehub.SsePublisher;
import io.github.ssehub.autoconfigure.RedisSupport;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.internal.redis.RedisRuntimeHints;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.source.SseSourceAutoConfiguration;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.OnPropertyListCondition;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Auto-configuration of the source of events from Redis Pub/Sub.
 */
@AutoConfiguration(before = SseSourceAutoConfiguration.class, after = SseAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass(LettuceConnectionFactory.class)
@ConditionalOnBean({ SsePublisher.class, SseProperties.class, LettuceConnectionFactory.class })
@Conditional(RedisSourceAutoConfiguration.OnChannelsCondition.class)
@ImportRuntimeHints(RedisRuntimeHints.class)
public final class RedisSourceAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = "sseRedisSource")
	RedisSource sseRedisSource(LettuceConnectionFactory connectionFactory, EventLog log, SseProperties properties,
			ObjectProvider<DataRedisConnectionDetails> connectionDetails) {
		SseProperties.Source.Redis redis = properties.getSource().getRedis();
		connectionDetails.ifAvailable((details) -> RedisSupport.require(details, "sse.source.redis.channels",
				String.join(",", redis.getChannels())));
		// What a node publishes to a shared log comes to the clients of every node.
		boolean shared = log.nodeChannel().isPresent();
		String key = properties.getLog().getRedis().getKey();
		return new RedisSource(connectionFactory, redis, shared ? RedisLeaseStore.keyFor(key) : null);
	}

	static final class OnChannelsCondition extends OnPropertyListCondition {

		OnChannelsCondition() {
			super("sse.source.redis.channels", () -> ConditionMessage.forCondition("Redis source"));
		}

	}

}
