package io.github.ssehub.benchmarks.workload;

import java.util.List;

import io.github.ssehub.benchmarks.server.PublishOrder.Kind;
import io.github.ssehub.benchmarks.workload.SlowReadersWorkload.Slowness;

/**
 * The workloads that documentation and results refer to.
 */
public final class Workloads {

	private static final int TURNS = 10;

	private static final int TURN_SECONDS = 4;

	/** Twice as many are what a process may have where it may open 20,000 files. */
	private static final int PAIR_CONNECTIONS = 9_700;

	private static final int PAIR_TURNS = 7;

	private Workloads() {
	}

	/**
	 * All there are.
	 * @return the workloads
	 */
	public static List<Workload> all() {
		return List.of(
				new PacedWorkload("calm-1k", Kind.BROADCAST, 1_000, 1, 20, 60, TURNS, TURN_SECONDS, Rival.single()),
				new PacedWorkload("paced-1k", Kind.BROADCAST, 1_000, 1, 60, 60, TURNS, TURN_SECONDS, Rival.single()),
				new FlatOutWorkload("flat-1k", 1_000, 200, PacedWorkload.WARM_UP_SECONDS, PacedWorkload.SECONDS),
				PacedWorkload.inOneTurn("paced-10k", Kind.BROADCAST, 10_000, 1, 3),
				new PacedWorkload("pair-10k", Kind.BROADCAST, PAIR_CONNECTIONS, 1, 3, 6, PAIR_TURNS,
						PacedWorkload.SECONDS, List.of(Rival.STARTER_TOMCAT, Rival.NCHAN)),
				PacedWorkload.inOneTurn("topics-10k", Kind.TOPIC, 10_000, 100, 300),
				PacedWorkload.inOneTurn("direct-10k", Kind.CLIENT, 10_000, 10_000, 5_000),
				new StormWorkload("storm-10k", 10_000, 100),
				new SlowReadersWorkload("stalled-1k", 1_000, 10, Slowness.STALLED, 4_096, 2_500, 30),
				new SlowReadersWorkload("trickle-1k", 1_000, 10, Slowness.TRICKLE, 4_096, 2_500, 30),
				new SlowReadersWorkload("vanished-1k", 1_000, 10, Slowness.VANISHED, 4_096, 2_500, 30),
				new HotTopicWorkload("hot-topic", 900, 100, 120, 10), new IdleWorkload("idle-10k", 10_000),
				new NodesWorkload(PacedWorkload.inOneTurn("nodes-100", Kind.BROADCAST, 100, 1, 200)));
	}

	/**
	 * Finds a workload.
	 * @param name its name
	 * @return the workload
	 * @throws IllegalArgumentException if there is none
	 */
	public static Workload named(String name) {
		return all().stream()
			.filter((workload) -> workload.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no workload '%s': use one of %s".formatted(name,
					all().stream().map(Workload::name).toList())));
	}

}
