package io.github.ssehub.metrics;

import io.github.ssehub.cluster.SseCluster;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds what this node knows of the others.
 */
final class ClusterMetrics implements MeterBinder {

	private final SseCluster cluster;

	ClusterMetrics(SseCluster cluster) {
		this.cluster = cluster;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("sse.cluster.nodes", this.cluster, (cluster) -> cluster.nodes().size())
			.description("Nodes that this one knows, itself among them")
			.register(registry);
		Gauge.builder("sse.cluster.cut.off", this.cluster, (cluster) -> cluster.isCutOff() ? 1 : 0)
			.description("1 while this node does not hear the others, otherwise 0")
			.register(registry);
	}

}
