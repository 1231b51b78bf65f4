package io.github.ssehub.cluster;

import java.util.Random;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePresence;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.EventLog;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/**
 * Auto-configuration of what all nodes that share the event log answer together.
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnBean(SseHub.class)
@ConditionalOnMissingBean(SseCluster.class)
@ImportRuntimeHints(ClusterRuntimeHints.class)
public final class SseClusterAutoConfiguration {

	@Bean
	ClusterNode sseClusterNode(SseHub hub, SseConnections connections, EventLog log, SseProperties properties) {
		SseProperties.Cluster cluster = properties.getCluster();
		LocalNode local = new LocalNode(NodeId.create(cluster.getNodeName(), new Random()), hub, connections);
		return new ClusterNode(local, log.nodeChannel().orElse(null), cluster.getTimeout(), System::nanoTime);
	}

	@Bean
	ClusterLifecycle sseClusterLifecycle(ClusterNode node) {
		return new ClusterLifecycle(node);
	}

	@Bean
	SseCluster sseCluster(ClusterNode node) {
		return new SseCluster(node);
	}

	@Bean
	@ConditionalOnMissingBean
	SsePresence ssePresence(ClusterNode node) {
		return new ClusterPresence(node);
	}

}
