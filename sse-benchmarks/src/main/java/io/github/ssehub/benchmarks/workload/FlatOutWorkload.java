package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;

/**
 * Events to everybody as fast as the slowest client gets them: the publisher is never
 * further ahead than a window, so no server has to drop anything.
 *
 * @param name the name
 * @param connections how many clients there are
 * @param window how many events may be under way
 * @param warmUpSeconds how long before the measurement
 * @param seconds how long the measurement takes
 */
record FlatOutWorkload(String name, int connections, int window, int warmUpSeconds, int seconds) implements Workload {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Override
	public String description() {
		return "%d connections, events of %d bytes to everybody as fast as they get them, %d under way"
			.formatted(this.connections, PacedWorkload.EVENT_BYTES, this.window);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		try (LoadClient client = new LoadClient(server.port())) {
			client.setMembers(this.connections);
			client.connect(this.connections, (number) -> server.path(PublishOrder.Kind.BROADCAST, number, 0));
			long published = run(server, client, 0, this.warmUpSeconds);
			client.reset();
			server.takeCalls();
			Duration cpuBefore = server.cpu();
			long before = System.nanoTime();
			long first = published;
			published = run(server, client, first, this.seconds);
			double seconds = (System.nanoTime() - before) / 1e9;
			Duration cpuAfter = server.cpu();
			long deliveries = (published - first) * this.connections;
			return new Figures().add("deliveries/s", deliveries / seconds)
				.cpu(cpuBefore, cpuAfter, deliveries)
				.latency(client.takeLatency())
				.add("problems", client.statistics().failures())
				.values();
		}
	}

	private long run(RunningServer server, LoadClient client, long published, int seconds) {
		int batch = this.window / 4;
		PublishOrder order = new PublishOrder(PublishOrder.Kind.BROADCAST, 1, batch, 0, PacedWorkload.EVENT_BYTES);
		long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
		long next = published;
		while (System.nanoTime() - end < 0) {
			long room = client.statistics().slowest() + this.window - batch;
			if (next <= room) {
				server.publish(order);
				next += batch;
			}
			else {
				LockSupport.parkNanos(20_000);
			}
		}
		long last = next;
		client.await("event " + last, PATIENCE, () -> client.statistics().slowest() >= last);
		return next;
	}

}
