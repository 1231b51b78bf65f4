package io.github.ssehub.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.source.SseSources;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The hub is up when it delivers, its log and all sources work, and it hears the other
 * nodes. A full node is up: it serves those it has.
 */
final class SseHealthIndicator extends AbstractHealthIndicator {

	private final SseHub hub;

	private final SseCluster cluster;

	private final @Nullable SseSources sources;

	SseHealthIndicator(SseHub hub, SseCluster cluster, @Nullable SseSources sources) {
		super("The event log does not work");
		this.hub = hub;
		this.cluster = cluster;
		this.sources = sources;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.withDetail("node", this.cluster.nodeId());
		builder.withDetail("nodes", this.cluster.nodes());
		builder.withDetail("connections", this.hub.connections().count());
		int capacity = this.hub.settings().maxConnections();
		builder.withDetail("capacity", (capacity > 0) ? capacity : "unlimited");
		builder.status(this.hub.isRunning() ? "UP" : "OUT_OF_SERVICE");
		describeCluster(builder);
		if (this.sources != null) {
			describe(this.sources, builder);
		}
		describeLog(builder);
	}

	/**
	 * A node that does not hear the others delivers what they publish, but knows nothing
	 * of their connections and can end none of them.
	 */
	private void describeCluster(Health.Builder builder) {
		String silence = this.cluster.silence();
		if (silence != null) {
			builder.withDetail("cutOff", silence);
			if (this.hub.isRunning()) {
				builder.down();
			}
		}
	}

	/**
	 * The reason is enough: the exception would be logged each time somebody looks.
	 */
	private void describeLog(Health.Builder builder) {
		try {
			builder.withDetail("log", this.hub.log().describe());
		}
		catch (EventLogException ex) {
			builder.down().withDetail("log", Map.of("error", String.valueOf(ex.getMessage())));
		}
	}

	/**
	 * What comes from outside is missing when a source is down, so the hub is not up.
	 */
	private void describe(SseSources sources, Health.Builder builder) {
		boolean running = sources.isRunning();
		Map<String, Object> details = new LinkedHashMap<>();
		for (String name : sources.names()) {
			String failure = sources.failure(name);
			if (failure != null) {
				details.put(name, Map.of("status", "DOWN", "reason", failure));
				if (this.hub.isRunning()) {
					builder.down();
				}
			}
			else {
				details.put(name, Map.of("status", running ? "UP" : "OUT_OF_SERVICE"));
			}
		}
		builder.withDetail("sources", details);
	}

}
