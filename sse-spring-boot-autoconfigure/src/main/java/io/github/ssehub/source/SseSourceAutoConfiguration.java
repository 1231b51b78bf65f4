package io.github.ssehub.source;

import java.util.Collection;
import java.util.List;

import io.github.ssehub.SsePublisher;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseConfigurationException;
import io.github.ssehub.autoconfigure.SseProperties;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of what runs the sources. Sources that are auto-configured come
 * before it.
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnBean({ SsePublisher.class, SseProperties.class })
public final class SseSourceAutoConfiguration {

	private final SseProperties properties;

	SseSourceAutoConfiguration(SseProperties properties, ListableBeanFactory beanFactory) {
		this.properties = properties;
		List<String> channels = properties.getSource().getRedis().getChannels();
		if (!channels.isEmpty() && !beanFactory.containsBean("sseRedisSource")) {
			throw new SseConfigurationException("sse.source.redis.channels", String.join(",", channels),
					"there is no connection to Redis by Lettuce",
					"Add spring-boot-starter-data-redis and set spring.data.redis.host, or remove sse.source.redis.channels.");
		}
	}

	/**
	 * Sources of a parent context run there.
	 */
	@Bean
	@ConditionalOnBean(value = SseSource.class, search = SearchStrategy.CURRENT)
	SourceRunner sseSourceRunner(ObjectProvider<SseSource> sources, ListableBeanFactory beanFactory,
			SsePublisher publisher) {
		Collection<SseSource> own = beanFactory.getBeansOfType(SseSource.class).values();
		return new SourceRunner(sources.orderedStream().filter(own::contains).toList(), publisher,
				this.properties.getMaxEventSize().toBytes(), System::nanoTime);
	}

}
