package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;

/**
 * All clients connect at once, are cut off at once, miss some events, and come back at
 * once with their last ids. Every event has to arrive once.
 *
 * @param name the name
 * @param connections how many clients there are
 * @param missed how many events are published while they are away
 */
record StormWorkload(String name, int connections, int missed) implements Workload {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Override
	public String description() {
		return "%d connects at once, then all are cut off, miss %d events and reconnect at once"
			.formatted(this.connections, this.missed);
	}

	/**
	 * Clients come back before the server has noticed that all their old connections are
	 * gone, so there is room for both.
	 */
	@Override
	public List<String> properties() {
		return List.of("--sse.max-connections=" + 2 * this.connections);
	}

	@Override
	public List<Rival> rivals() {
		return List.of(Rival.STARTER_TOMCAT, Rival.STARTER_JETTY, Rival.NCHAN);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		try (LoadClient client = new LoadClient(server.port())) {
			Duration connect = client.connect(this.connections,
					(number) -> server.path(PublishOrder.Kind.BROADCAST, number, 0));
			int connectedEvents = client.statistics().connectedEvents();
			publish(server, client, 10, this.connections * 10L);
			client.disconnect();
			publish(server, client, this.missed, 0);
			client.reset();
			long start = System.nanoTime();
			Duration reconnect = client.reconnect();
			client.awaitDelivered((long) this.missed * this.connections, PATIENCE);
			Duration caughtUp = Duration.ofNanos(System.nanoTime() - start);
			publish(server, client, 10, this.connections * 10L);
			return new Figures().add("connect s", seconds(connect))
				.add("connected events", connectedEvents)
				.add("reconnect s", seconds(reconnect))
				.add("caught up s", seconds(caughtUp))
				.add("problems", client.statistics().failures())
				.values();
		}
	}

	private static void publish(RunningServer server, LoadClient client, int events, long deliveries) {
		long delivered = client.statistics().delivered();
		server.publish(new PublishOrder(PublishOrder.Kind.BROADCAST, 1, events, 0, PacedWorkload.EVENT_BYTES));
		client.awaitDelivered(delivered + deliveries, PATIENCE);
	}

	private static double seconds(Duration duration) {
		return duration.toMillis() / 1000.0;
	}

}
