package io.github.ssehub.actuate;

import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.internal.hub.SseHub;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The hub is up when it delivers and its log works. A full node is up: it serves those it
 * has.
 */
final class SseHealthIndicator extends AbstractHealthIndicator {

	private final SseHub hub;

	private final SseCluster cluster;

	SseHealthIndicator(SseHub hub, SseCluster cluster) {
		super("The event log does not work");
		this.hub = hub;
		this.cluster = cluster;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("node", this.cluster.nodeId());
		builder.withDetail("nodes", this.cluster.nodes());
		builder.withDetail("connections", this.hub.connections().count());
		int capacity = this.hub.settings().maxConnections();
		builder.withDetail("capacity", (capacity > 0) ? capacity : "unlimited");
		builder.status(this.hub.isRunning() ? "UP" : "OUT_OF_SERVICE");
		builder.withDetail("log", this.hub.log().describe());
	}

}
