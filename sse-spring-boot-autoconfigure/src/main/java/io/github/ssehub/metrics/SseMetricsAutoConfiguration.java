package io.github.ssehub.metrics;

import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.cluster.SseClusterAutoConfiguration;
import io.github.ssehub.internal.hub.HubObserver;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.source.SseSourceAutoConfiguration;
import io.github.ssehub.source.SseSources;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the meters.
 */
@AutoConfiguration(
		after = { SseAutoConfiguration.class, SseClusterAutoConfiguration.class, SseSourceAutoConfiguration.class },
		afterName = {
				"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration",
				"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration" })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ SseHub.class, MeterRegistry.class })
@ConditionalOnMissingBean(SseMetrics.class)
@ConditionalOnBooleanProperty(name = "sse.metrics.enabled", matchIfMissing = true)
public final class SseMetricsAutoConfiguration {

	@Bean
	SseMetrics sseMetrics(SseHub hub) {
		return new SseMetrics(hub);
	}

	@Bean
	@ConditionalOnBean(SseCluster.class)
	ClusterMetrics sseClusterMetrics(SseCluster cluster) {
		return new ClusterMetrics(cluster);
	}

	@Bean
	@ConditionalOnBean(SseSources.class)
	SourceMetrics sseSourceMetrics(SseSources sources) {
		return new SourceMetrics(sources);
	}

	@Bean
	@ConditionalOnMissingBean
	HubObserver sseTimerObserver(MeterRegistry registry) {
		return new TimerObserver(registry);
	}

	@Bean
	@ConditionalOnBooleanProperty(name = "sse.metrics.http-server-requests", havingValue = false, matchIfMissing = true)
	StreamObservations sseStreamObservations() {
		return new StreamObservations();
	}

}
