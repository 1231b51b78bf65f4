package io.github.ssehub.benchmarks.workload;

import java.util.List;
import java.util.Map;

import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;

/**
 * Connections that nothing is sent to: what each costs.
 *
 * @param name the name
 * @param connections how many clients there are
 */
record IdleWorkload(String name, int connections) implements Workload {

	@Override
	public String description() {
		return "%d idle connections".formatted(this.connections);
	}

	@Override
	public List<String> properties() {
		return List.of("--sse.max-connections=" + 2 * this.connections);
	}

	@Override
	public List<Rival> rivals() {
		return List.of(Rival.STARTER_TOMCAT, Rival.STARTER_JETTY, Rival.EMITTER, Rival.EVENTBUS, Rival.FLUX);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		try (LoadClient client = new LoadClient(server.port())) {
			// The first request loads what every later one shares.
			client.connect(1, (number) -> server.path(PublishOrder.Kind.BROADCAST, number, 0));
			long heapBefore = server.heap().orElseThrow();
			long directBefore = server.direct().orElseThrow();
			client.connect(this.connections, (number) -> server.path(PublishOrder.Kind.BROADCAST, number + 1, 0));
			long heap = server.heap().orElseThrow() - heapBefore;
			long direct = server.direct().orElseThrow() - directBefore;
			return new Figures().add("heap KB/connection", heap / 1024.0 / this.connections)
				.add("direct KB/connection", direct / 1024.0 / this.connections)
				.add("problems", client.statistics().failures())
				.values();
		}
	}

}
