package io.github.ssehub.benchmarks.workload;

import java.util.List;

import io.github.ssehub.benchmarks.server.PublishOrder;

/**
 * Events at a fixed rate: what an event costs, and how long it takes.
 *
 * @param name the name
 * @param kind to whom events are published
 * @param connections how many clients there are
 * @param targets among how many topics or clients events go round
 * @param perSecond how many events each second
 * @param warmUpPerSecond how many events each second before the measurement
 * @param turns how many turns each rival has in a round
 * @param seconds how long a turn takes
 * @param rivals who takes part by default
 */
record PacedWorkload(String name, PublishOrder.Kind kind, int connections, int targets, int perSecond,
		int warmUpPerSecond, int turns, int seconds, List<Rival> rivals) implements TurnWorkload {

	static final int EVENT_BYTES = 100;

	/**
	 * The compiler gets little of two busy processors, and its time must not be counted.
	 * So a low rate is preceded by a higher one.
	 */
	static final int WARM_UP_SECONDS = 30;

	static final int SECONDS = 8;

	/**
	 * One whose rivals are measured one after the other: the connections to all of them
	 * would be more than a process may have.
	 */
	static PacedWorkload inOneTurn(String name, PublishOrder.Kind kind, int connections, int targets, int perSecond) {
		return new PacedWorkload(name, kind, connections, targets, perSecond, perSecond, 1, SECONDS, Rival.single());
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
	public Turns begin(RunningServer server) {
		return new PacedTurns(this, server);
	}

}
