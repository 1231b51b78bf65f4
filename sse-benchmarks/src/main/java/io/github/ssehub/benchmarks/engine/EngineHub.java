package io.github.ssehub.benchmarks.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.github.ssehub.SseEvent;
import io.github.ssehub.benchmarks.server.ServerStarter;
import io.github.ssehub.internal.hub.ConnectionRequest;
import io.github.ssehub.internal.hub.HubConnection;
import io.github.ssehub.internal.hub.SseHub;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * A running hub whose clients are fakes.
 */
final class EngineHub implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(5);

	private final ConfigurableApplicationContext context;

	private final SseHub hub;

	EngineHub(String... properties) {
		this.context = ServerStarter.start(EngineApplication.class, false, true, properties);
		this.hub = this.context.getBean(SseHub.class);
	}

	SseHub hub() {
		return this.hub;
	}

	/**
	 * Connects clients, each to the topics of its number.
	 */
	List<FakeClient> connect(int count, boolean stalls, Topics topics) {
		List<FakeClient> clients = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			HubConnection connection = (HubConnection) this.hub.connections().open().topics(topics.of(i)).build();
			connection.admit(new ConnectionRequest("user-" + i, "127.0.0.1", null));
			FakeClient client = new FakeClient(stalls);
			connection.open(client);
			clients.add(client);
		}
		await(() -> this.hub.connections().count() == count);
		return clients;
	}

	/**
	 * Disconnects all, and waits until the hub has noticed.
	 */
	void disconnect(List<FakeClient> clients) {
		clients.forEach(FakeClient::disconnect);
		await(() -> this.hub.connections().count() == 0);
	}

	/**
	 * Publishes to everybody, with keys that repeat, and waits until the loops have taken
	 * it.
	 */
	void broadcast(int count, int keys) {
		for (int i = 0; i < count; i++) {
			this.hub.publisher()
				.broadcast(SseEvent.named("b").data("0123456789").key(String.valueOf(i % keys)).build());
		}
		await(() -> this.hub.backlog() == 0);
	}

	private static void await(BooleanSupplier condition) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > deadline) {
				throw new IllegalStateException("Nothing happened for " + PATIENCE);
			}
			LockSupport.parkNanos(200_000);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	/**
	 * Which topics a client has.
	 */
	interface Topics {

		List<String> of(int client);

	}

}
