package io.github.ssehub.actuate;

import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.cluster.SseClusterAutoConfiguration;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.source.SseSourceAutoConfiguration;
import io.github.ssehub.source.SseSources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration of the Actuator endpoint and the health indicator.
 */
@AutoConfiguration(
		after = { SseClusterAutoConfiguration.class, SseAutoConfiguration.class, SseSourceAutoConfiguration.class })
@ConditionalOnBean(SseHub.class)
public final class SseActuateAutoConfiguration {

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Endpoint.class, ConditionalOnAvailableEndpoint.class })
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean
		@ConditionalOnAvailableEndpoint
		SseEndpoint sseEndpoint(SseHub hub, SseCluster cluster) {
			return new SseEndpoint(hub, cluster);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
	static class HealthConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sseHealthIndicator")
		@ConditionalOnEnabledHealthIndicator("sse")
		SseHealthIndicator sseHealthIndicator(SseHub hub, SseCluster cluster, ObjectProvider<SseSources> sources) {
			return new SseHealthIndicator(hub, cluster, sources.getIfAvailable());
		}

	}

}
