package io.github.ssehub.benchmarks.soak;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;

import io.github.ssehub.ConnectionState;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import org.jspecify.annotations.Nullable;

/**
 * Makes random steps, one after the other.
 */
final class SoakSteps {

	private final SplittableRandom random;

	private final List<SoakClient> clients;

	private final ClientLoop loop;

	private final SseConnections connections;

	private final RestApi rest;

	private final Ticks ticks;

	private final LogIds ids;

	private final Map<StepKind, Integer> counts = new EnumMap<>(StepKind.class);

	SoakSteps(SplittableRandom random, List<SoakClient> clients, ClientLoop loop, SseConnections connections,
			RestApi rest, Ticks ticks, LogIds ids) {
		this.random = random;
		this.clients = clients;
		this.loop = loop;
		this.connections = connections;
		this.rest = rest;
		this.ticks = ticks;
		this.ids = ids;
	}

	/**
	 * Makes a step, if there is a client that can make it.
	 */
	void step() {
		StepKind kind = StepKind.of(this.random.nextInt(Integer.MAX_VALUE));
		SoakClient client = pick(switch (kind) {
			case CONNECT -> SoakClient::isAway;
			case CLOSE, RESET, RECONNECT, RESUME_ANYWHERE -> (any) -> !any.isAway();
			case STALL -> (any) -> !any.isAway() && !any.isStalled();
			case READ_ON -> SoakClient::isStalled;
			case DISCONNECT, COMPLETE, SUBSCRIBE, UNSUBSCRIBE -> (any) -> any.connectedStream() != null;
			case PAUSE -> (any) -> true;
		});
		if (client != null && step(kind, client)) {
			this.counts.merge(kind, 1, Integer::sum);
		}
	}

	private @Nullable SoakClient pick(Predicate<SoakClient> fit) {
		int first = this.random.nextInt(this.clients.size());
		for (int i = 0; i < this.clients.size(); i++) {
			SoakClient client = this.clients.get((first + i) % this.clients.size());
			if (fit.test(client)) {
				return client;
			}
		}
		return null;
	}

	private boolean step(StepKind kind, SoakClient client) {
		switch (kind) {
			case CONNECT -> this.loop.run(() -> client.connect(this.loop));
			case CLOSE -> this.loop.run(() -> client.cut(false));
			case RESET -> this.loop.run(() -> client.cut(true));
			case RECONNECT -> reconnect(client, this.random.nextBoolean());
			case RESUME_ANYWHERE -> resumeAnywhere(client, this.ids.make(this.random::nextLong));
			case STALL -> this.loop.run(() -> client.setStalled(true));
			case READ_ON -> this.loop.run(() -> client.setStalled(false));
			case DISCONNECT -> {
				return disconnect(client, this.random.nextBoolean());
			}
			case COMPLETE -> {
				return complete(client);
			}
			case SUBSCRIBE, UNSUBSCRIBE -> {
				return changeTopic(client, kind == StepKind.SUBSCRIBE);
			}
			case PAUSE -> Waiting.pause();
		}
		return true;
	}

	private void reconnect(SoakClient client, boolean reset) {
		this.loop.run(() -> {
			client.cut(reset);
			client.connect(this.loop);
		});
	}

	private void resumeAnywhere(SoakClient client, String id) {
		this.loop.run(() -> {
			client.cut(true);
			client.setLastId(id);
			client.connect(this.loop);
		});
	}

	private boolean disconnect(SoakClient client, boolean byRest) {
		ClientStream stream = client.connectedStream();
		String id = (stream != null) ? stream.connectionId() : null;
		if (stream == null || id == null) {
			return false;
		}
		SseConnection connection = connection(stream);
		boolean live = connection != null && connection.getState() == ConnectionState.OPEN;
		long tick = this.ticks.next();
		if (live) {
			stream.noteLive(tick);
		}
		stream.noteDisconnect(tick);
		return byRest ? this.rest.disconnect(stream) : this.connections.disconnect(id);
	}

	private boolean complete(SoakClient client) {
		SseConnection connection = connection(client.connectedStream());
		if (connection != null) {
			connection.complete();
		}
		return connection != null;
	}

	/**
	 * Changes a topic of a stream that is live. Before, it would depend on the progress
	 * of its replay which topics an event meets.
	 */
	private boolean changeTopic(SoakClient client, boolean subscribe) {
		String topic = SoakClient.topic(this.random.nextInt(1000));
		boolean byRest = this.random.nextInt(4) == 0;
		ClientStream stream = client.connectedStream();
		SseConnection connection = connection(stream);
		if (stream == null || connection == null || connection.getState() != ConnectionState.OPEN) {
			return false;
		}
		long start = this.ticks.next();
		stream.noteLive(start);
		boolean open = byRest ? this.rest.changeTopic(stream, topic, subscribe)
				: subscribe ? this.connections.subscribe(connection.getId(), topic)
						: this.connections.unsubscribe(connection.getId(), topic);
		TopicChange change = new TopicChange(topic, subscribe, start, this.ticks.next());
		if (open) {
			this.loop.run(() -> stream.noteChange(change));
		}
		return open;
	}

	private @Nullable SseConnection connection(@Nullable ClientStream stream) {
		String id = (stream != null) ? stream.connectionId() : null;
		return (id != null) ? this.connections.find(id).orElse(null) : null;
	}

	Map<StepKind, Integer> counts() {
		return this.counts;
	}

}
