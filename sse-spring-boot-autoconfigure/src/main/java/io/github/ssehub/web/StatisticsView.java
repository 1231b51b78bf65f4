package io.github.ssehub.web;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import io.github.ssehub.cluster.NodeStatistics;
import io.github.ssehub.cluster.SseCluster;

/**
 * The counts as the REST API shows them.
 */
final class StatisticsView {

	private StatisticsView() {
	}

	/**
	 * The sums, and what each node has to them.
	 * @param nodeId the node that shows them
	 * @param cutOff whether there may be nodes that it does not hear
	 */
	static Map<String, Object> of(String nodeId, SseCluster.Answer<SortedMap<String, NodeStatistics>> answer,
			boolean cutOff) {
		SortedMap<String, NodeStatistics> statistics = answer.value();
		NodeStatistics own = statistics.get(nodeId);
		Map<String, Object> view = new LinkedHashMap<>();
		view.put("statistics", of(NodeStatistics.sum(statistics.values(), own != null && own.running())));
		List<Map<String, Object>> nodes = new ArrayList<>();
		statistics.forEach((id, node) -> {
			Map<String, Object> one = new LinkedHashMap<>();
			one.put("node_id", id);
			one.putAll(of(node));
			nodes.add(one);
		});
		view.put("node_id", nodeId);
		view.put("nodes", nodes);
		view.put("unreachable_nodes", answer.unreachableNodes());
		view.put("cut_off", cutOff);
		return view;
	}

	private static Map<String, Object> of(NodeStatistics statistics) {
		Map<String, Object> view = new LinkedHashMap<>();
		view.put("active_connections", statistics.activeConnections());
		view.put("total_connections", statistics.totalConnections());
		view.put("total_messages", statistics.totalMessages());
		view.put("total_bytes", statistics.totalBytes());
		view.put("total_users", statistics.users().size());
		view.put("total_topics", statistics.topics().size());
		view.put("is_running", statistics.running());
		view.put("max_connections", statistics.maxConnections());
		view.put("queued_bytes", statistics.queuedBytes());
		view.put("published", statistics.published());
		view.put("rejected_publications", statistics.rejectedPublications());
		view.put("dropped", statistics.dropped());
		view.put("disconnected", statistics.disconnected());
		return view;
	}

}
