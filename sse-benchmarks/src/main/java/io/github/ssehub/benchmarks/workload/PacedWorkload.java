package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.Map;

import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;
import org.HdrHistogram.Histogram;

/**
 * Events at a fixed rate: what an event costs, and how long it takes.
 *
 * @param name the name
 * @param kind to whom events are published
 * @param connections how many clients there are
 * @param targets among how many topics or clients events go round
 * @param perSecond how many events each second
 * @param warmUpPerSecond how many events each second before the measurement
 */
record PacedWorkload(String name, PublishOrder.Kind kind, int connections, int targets, int perSecond,
		int warmUpPerSecond) implements Workload {

	static final int EVENT_BYTES = 100;

	/**
	 * The compiler gets little of two busy processors, and its time must not be counted.
	 * So a low rate is preceded by a higher one.
	 */
	static final int WARM_UP_SECONDS = 30;

	static final int SECONDS = 8;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	PacedWorkload(String name, PublishOrder.Kind kind, int connections, int targets, int perSecond) {
		this(name, kind, connections, targets, perSecond, perSecond);
	}

	@Override
	public String description() {
		String target = switch (this.kind) {
			case BROADCAST -> "to everybody";
			case TOPIC -> "each to one of %d topics".formatted(this.targets);
			case CLIENT -> "each to one client";
			case HOT_TOPIC, COLD_TOPIC -> throw new IllegalStateException("Not paced: " + this.kind);
		};
		return "%d connections, %d events a second of %d bytes, %s".formatted(this.connections, this.perSecond,
				EVENT_BYTES, target);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		int members = this.connections / this.targets;
		try (LoadClient client = new LoadClient(server.port())) {
			client.connect(this.connections, (number) -> server.path(this.kind, number, number % this.targets));
			// Or the first collection would move what the connections hold while it is
			// measured.
			server.heap();
			publish(server, client, this.warmUpPerSecond, WARM_UP_SECONDS, members);
			client.reset();
			server.takeCalls();
			Duration before = server.cpu();
			long deliveries = publish(server, client, this.perSecond, SECONDS, members);
			Duration after = server.cpu();
			Histogram latency = client.takeLatency();
			return new Figures().cpu(before, after, deliveries)
				.latency(latency)
				.calls(server.takeCalls())
				.add("problems", client.statistics().failures())
				.values();
		}
	}

	private long publish(RunningServer server, LoadClient client, int perSecond, int seconds, int members) {
		long events = (long) perSecond * seconds;
		long delivered = client.statistics().delivered();
		server.publish(new PublishOrder(this.kind, this.targets, events, perSecond, EVENT_BYTES));
		client.awaitDelivered(delivered + events * members, PATIENCE);
		return events * members;
	}

}
