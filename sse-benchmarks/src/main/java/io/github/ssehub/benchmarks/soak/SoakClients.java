package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All clients together.
 */
final class SoakClients {

	/** Below the backlog of the servers, or connects are dropped and repeated. */
	private static final int CONNECTING_AT_ONCE = 50;

	private final List<SoakClient> clients = new ArrayList<>();

	private final ClientLoop loop;

	SoakClients(int count, ClientLoop loop, Ticks ticks, LogIds ids, Discrepancies found) {
		this.loop = loop;
		for (int i = 0; i < count; i++) {
			this.clients.add(new SoakClient(i, ticks, ids, found));
		}
	}

	List<SoakClient> all() {
		return this.clients;
	}

	void readOn() {
		this.loop.run(() -> this.clients.forEach((client) -> client.setStalled(false)));
	}

	/**
	 * Connects those that are away, not too many at once.
	 * @return whether all are connected
	 */
	boolean connectAll() {
		int connecting = 0;
		for (SoakClient client : this.clients) {
			connecting += (!client.isAway() && client.connectedStream() == null) ? 1 : 0;
		}
		boolean all = connecting == 0;
		for (SoakClient client : this.clients) {
			if (client.isAway()) {
				all = false;
				if (connecting++ < CONNECTING_AT_ONCE) {
					this.loop.run(() -> client.connect(this.loop));
				}
			}
		}
		return all;
	}

	/**
	 * All streams since the last call to {@link #forget}.
	 */
	List<ClientStream> streams() {
		return this.loop.call(() -> this.clients.stream().flatMap((client) -> client.streams().stream()).toList());
	}

	boolean haveReached(long offset) {
		return this.clients.stream()
			.map(SoakClient::connectedStream)
			.allMatch((stream) -> stream != null && stream.lastOffset() >= offset);
	}

	void forget(long marker) {
		this.loop.run(() -> this.clients.forEach((client) -> client.forget(marker)));
	}

	/** The ids of the connections that are open, as far as clients know. */
	Set<String> connectionIds() {
		Set<String> ids = new TreeSet<>();
		for (SoakClient client : this.clients) {
			ClientStream stream = client.connectedStream();
			if (stream != null) {
				ids.add(String.valueOf(stream.connectionId()));
			}
		}
		return ids;
	}

	Map<String, Integer> users() {
		Map<String, Integer> users = new TreeMap<>();
		this.clients.forEach((client) -> users.merge(client.user(), 1, Integer::sum));
		return users;
	}

	Map<String, Integer> topics() {
		Map<String, Integer> topics = new TreeMap<>();
		this.loop.run(() -> {
			for (SoakClient client : this.clients) {
				ClientStream stream = client.connectedStream();
				if (stream != null) {
					stream.currentTopics().forEach((topic) -> topics.merge(topic, 1, Integer::sum));
				}
			}
		});
		return topics;
	}

	Map<ClientStream.End, Integer> ends() {
		return this.loop.call(() -> {
			Map<ClientStream.End, Integer> ends = new TreeMap<>();
			this.clients
				.forEach((client) -> client.ends().forEach((end, count) -> ends.merge(end, count, Integer::sum)));
			return ends;
		});
	}

}
