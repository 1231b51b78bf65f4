package io.github.ssehub.web;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ssehub.cluster.NodeConnection;

/**
 * A connection as the REST API shows it.
 */
final class ConnectionView {

	private ConnectionView() {
	}

	static Map<String, Object> of(NodeConnection connection) {
		Map<String, Object> view = new LinkedHashMap<>();
		view.put("id", connection.id());
		view.put("node_id", connection.nodeId());
		view.put("user_id", connection.user());
		view.put("ip", connection.remoteAddress());
		view.put("state", connection.state());
		view.put("connected_at", connection.connectedAt());
		view.put("uptime", connection.uptime());
		view.put("message_count", connection.messages());
		view.put("bytes_sent", connection.bytes());
		view.put("queued_events", connection.queuedEvents());
		view.put("queued_bytes", connection.queuedBytes());
		view.put("topics", connection.topics());
		view.put("events", connection.events());
		view.put("metadata", connection.metadata());
		return view;
	}

}
