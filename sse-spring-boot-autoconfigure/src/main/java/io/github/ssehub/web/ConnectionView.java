package io.github.ssehub.web;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.github.ssehub.SseConnection;

/**
 * A connection as the REST API shows it.
 */
final class ConnectionView {

	private ConnectionView() {
	}

	static Map<String, Object> of(SseConnection connection) {
		Map<String, Object> view = new LinkedHashMap<>();
		view.put("id", connection.getId());
		view.put("user_id", connection.getUser());
		view.put("ip", connection.getRemoteAddress());
		view.put("state", connection.getState().name().toLowerCase(Locale.ROOT));
		view.put("connected_at", connection.getConnectedAt().getEpochSecond());
		view.put("uptime", Duration.between(connection.getConnectedAt(), Instant.now()).toSeconds());
		view.put("message_count", connection.getMessageCount());
		view.put("bytes_sent", connection.getBytesSent());
		view.put("queued_events", connection.getQueuedEvents());
		view.put("queued_bytes", connection.getQueuedBytes());
		view.put("topics", connection.getTopics());
		view.put("events", connection.getEvents());
		view.put("metadata", connection.getMetadata());
		return view;
	}

}
