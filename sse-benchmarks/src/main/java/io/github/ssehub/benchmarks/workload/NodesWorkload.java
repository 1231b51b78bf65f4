package io.github.ssehub.benchmarks.workload;

import java.util.List;
import java.util.Map;

/**
 * What it costs to have Redis between the publisher and the clients.
 *
 * @param paced what is published
 */
record NodesWorkload(PacedWorkload paced) implements Workload {

	@Override
	public String name() {
		return this.paced.name();
	}

	@Override
	public String description() {
		return this.paced.description() + ", of another node or the same";
	}

	@Override
	public List<Rival> rivals() {
		return List.of(Rival.STARTER_NODES, Rival.STARTER_TOMCAT);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		return this.paced.measure(server);
	}

}
