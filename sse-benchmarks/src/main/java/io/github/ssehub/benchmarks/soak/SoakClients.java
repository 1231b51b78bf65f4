package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.HashSet;
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
	 * Connects those that have not got as far as an offset, not too many at once.
	 * @return whether all have
	 */
	boolean connectUntil(long offset) {
		List<SoakClient> behind = this.clients.stream().filter((client) -> !client.hasPassed(offset)).toList();
		long connecting = behind.stream().filter((client) -> !client.isAway()).count();
		behind.stream()
			.filter(SoakClient::isAway)
			.limit(Math.max(0, CONNECTING_AT_ONCE - connecting))
			.forEach((client) -> this.loop.run(() -> client.connect(this.loop)));
		return behind.isEmpty();
	}

	/**
	 * All streams since the last call to {@link #forget}.
	 */
	List<ClientStream> streams() {
		return this.loop.call(() -> this.clients.stream().flatMap((client) -> client.streams().stream()).toList());
	}

	void noteLive(long tick) {
		connected().forEach((stream) -> stream.noteLive(tick));
	}

	/**
	 * Forgets what was checked.
	 * @param checked the streams that had ended
	 * @param marker the end of the round
	 */
	void forget(List<ClientStream> checked, long marker) {
		Set<ClientStream> over = new HashSet<>(checked);
		this.loop.run(() -> this.clients.forEach((client) -> client.forget(over, marker)));
	}

	private List<ClientStream> connected() {
		List<ClientStream> connected = new ArrayList<>();
		for (SoakClient client : this.clients) {
			ClientStream stream = client.connectedStream();
			if (stream != null) {
				connected.add(stream);
			}
		}
		return connected;
	}

	/** The ids of the connections that are open, as far as clients know. */
	Set<String> connectionIds() {
		Set<String> ids = new TreeSet<>();
		connected().forEach((stream) -> ids.add(String.valueOf(stream.connectionId())));
		return ids;
	}

	Map<String, Integer> users() {
		Map<String, Integer> users = new TreeMap<>();
		connected().forEach((stream) -> users.merge(stream.user(), 1, Integer::sum));
		return users;
	}

	Map<String, Integer> topics() {
		return this.loop.call(() -> {
			Map<String, Integer> topics = new TreeMap<>();
			connected()
				.forEach((stream) -> stream.currentTopics().forEach((topic) -> topics.merge(topic, 1, Integer::sum)));
			return topics;
		});
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
