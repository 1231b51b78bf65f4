package io.github.ssehub.benchmarks.soak;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.HubStatistics;
import io.github.ssehub.internal.hub.SseHub;
import tools.jackson.databind.JsonNode;

/**
 * Whether the counts of the hub, of its listeners and of the REST API are the same.
 */
final class StatisticsCheck {

	private final SseHub hub;

	private final ConnectionLedger ledger;

	StatisticsCheck(SseHub hub, ConnectionLedger ledger) {
		this.hub = hub;
		this.ledger = ledger;
	}

	/**
	 * Whether the listeners have been told everything, which happens on another thread.
	 */
	boolean isSettled() {
		Discrepancies differences = new Discrepancies();
		check(differences);
		return differences.isEmpty();
	}

	void check(Discrepancies found) {
		HubStatistics statistics = this.hub.statistics();
		long open = this.hub.connections().count();
		long ended = 0;
		for (CloseReason reason : CloseReason.values()) {
			ended += statistics.disconnects(reason);
			found.requireEqual("closed by " + reason, this.ledger.closed(reason), statistics.disconnects(reason));
		}
		for (DropReason reason : DropReason.values()) {
			found.requireEqual("dropped by " + reason, this.ledger.dropped(reason), statistics.drops(reason));
		}
		found.requireEqual("connections opened", this.ledger.connected(), statistics.totalConnections());
		found.requireEqual("connections that ended or are open", statistics.totalConnections(), ended + open);
		found.requireEqual("messages delivered", this.ledger.messages(), statistics.messagesDelivered());
	}

	/**
	 * Compares with what was published.
	 */
	void checkPublished(PublishedCounts counts, Discrepancies found) {
		for (Target.Type type : Target.Type.values()) {
			found.requireEqual("published to " + type, counts.published(type),
					this.hub.statistics().publications(type));
		}
	}

	/**
	 * Compares with what administrators see.
	 */
	void checkRest(RestApi rest, Discrepancies found) {
		HubStatistics statistics = this.hub.statistics();
		JsonNode answer = rest.statistics();
		found.requireEqual("total_messages", statistics.messagesDelivered(), answer.get("total_messages").longValue());
		found.requireEqual("total_bytes", statistics.bytesDelivered(), answer.get("total_bytes").longValue());
		found.requireEqual("queued_bytes", 0L, answer.get("queued_bytes").longValue());
		for (DropReason reason : DropReason.values()) {
			found.requireEqual("dropped." + reason.tag(), statistics.drops(reason),
					answer.get("dropped").get(reason.tag()).longValue());
		}
		for (Target.Type type : Target.Type.values()) {
			found.requireEqual("published." + type.tag(), statistics.publications(type),
					answer.get("published").get(type.tag()).longValue());
		}
	}

}
