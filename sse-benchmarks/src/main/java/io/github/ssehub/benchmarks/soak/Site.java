package io.github.ssehub.benchmarks.soak;

import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.ConnectionState;
import io.github.ssehub.internal.hub.SseHub;

/**
 * The server and the clients of a run.
 *
 * @param hub the hub
 * @param ledger what its listeners were told
 * @param statistics what it counted
 * @param rest its REST API
 * @param clients the clients
 * @param publishing publishes
 */
record Site(SseHub hub, ConnectionLedger ledger, StatisticsCheck statistics, RestApi rest, SoakClients clients,
		Publishing publishing) {

	/**
	 * The connections that the server has.
	 */
	Set<String> connectionIds() {
		Set<String> ids = new TreeSet<>();
		this.hub.connections().list().forEach((connection) -> ids.add(connection.getId()));
		return ids;
	}

	/**
	 * Whether the server knows of no connection that is dead or has something queued.
	 */
	boolean isDrained() {
		return this.clients.connectionIds().containsAll(connectionIds())
				&& this.hub.connections().list().stream().allMatch((connection) -> connection.getQueuedEvents() == 0);
	}

	/**
	 * Whether server and clients mean the same connections, all of them live, and
	 * listeners have been told everything.
	 */
	boolean isAgreed() {
		return this.clients.connectionIds().equals(connectionIds())
				&& this.hub.connections()
					.list()
					.stream()
					.allMatch((connection) -> connection.getState() == ConnectionState.OPEN)
				&& this.clients.users().equals(this.hub.connections().users())
				&& this.clients.topics().equals(this.hub.connections().topics()) && this.statistics.isSettled();
	}

	/**
	 * What hinders the two from being of one mind.
	 */
	String describe() {
		Set<String> onlyServer = connectionIds();
		Set<String> onlyClients = this.clients.connectionIds();
		onlyServer.removeAll(this.clients.connectionIds());
		onlyClients.removeAll(connectionIds());
		Discrepancies counts = new Discrepancies();
		this.statistics.check(counts);
		counts.requireEqual("users", this.clients.users(), this.hub.connections().users());
		counts.requireEqual("topics", this.clients.topics(), this.hub.connections().topics());
		return "%d bytes queued, loops %s, only the server knows %s, only clients know %s, %d clients away, log at %s, behind %s, counts %s"
			.formatted(this.hub.queuedBytes(), this.hub.loopDepths(),
					onlyServer.stream().map(this.ledger::find).toList(), onlyClients,
					this.clients.all().stream().filter(SoakClient::isAway).count(), this.hub.log().head(),
					this.clients.all()
						.stream()
						.map(SoakClient::stream)
						.filter((stream) -> stream != null && stream.lastOffset() < this.hub.log().head().offset())
						.limit(5)
						.toList(),
					counts.first());
	}

}
