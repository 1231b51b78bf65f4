package io.github.ssehub.web;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.HubStatistics;
import io.github.ssehub.internal.hub.SseHub;

/**
 * The counts as the REST API shows them.
 */
final class StatisticsView {

	private final SseHub hub;

	StatisticsView(SseHub hub) {
		this.hub = hub;
	}

	Map<String, Object> read() {
		HubStatistics statistics = this.hub.statistics();
		Map<String, Object> view = new LinkedHashMap<>();
		view.put("active_connections", this.hub.connections().count());
		view.put("total_connections", statistics.totalConnections());
		view.put("total_messages", statistics.messagesDelivered());
		view.put("total_bytes", statistics.bytesDelivered());
		view.put("total_users", this.hub.connections().users().size());
		view.put("total_topics", this.hub.connections().topics().size());
		view.put("is_running", this.hub.isRunning());
		view.put("max_connections", this.hub.settings().maxConnections());
		view.put("queued_bytes", this.hub.queuedBytes());
		view.put("published", published(statistics));
		view.put("rejected_publications", statistics.rejectedPublications());
		view.put("dropped", dropped(statistics));
		view.put("disconnected", disconnected(statistics));
		return view;
	}

	private static Map<String, Long> published(HubStatistics statistics) {
		Map<String, Long> counts = new LinkedHashMap<>();
		for (Target.Type type : Target.Type.values()) {
			counts.put(type.tag(), statistics.publications(type));
		}
		return counts;
	}

	private static Map<String, Long> dropped(HubStatistics statistics) {
		Map<String, Long> counts = new LinkedHashMap<>();
		for (DropReason reason : DropReason.values()) {
			counts.put(reason.tag(), statistics.drops(reason));
		}
		return counts;
	}

	private static Map<String, Long> disconnected(HubStatistics statistics) {
		Map<String, Long> counts = new LinkedHashMap<>();
		for (CloseReason reason : CloseReason.values()) {
			counts.put(reason.tag(), statistics.disconnects(reason));
		}
		return counts;
	}

}
