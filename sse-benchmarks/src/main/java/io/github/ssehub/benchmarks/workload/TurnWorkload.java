package io.github.ssehub.benchmarks.workload;

import java.util.Map;

/**
 * A workload of which each rival has short turns, round and round, with the clients of
 * all connected. A machine that is faster in one minute than in the next is so for all of
 * them, so their ratios hold.
 */
interface TurnWorkload extends Workload {

	/**
	 * How many turns each rival has in a round.
	 * @return the number
	 */
	int turns();

	/**
	 * Connects the clients and prepares what is measured.
	 * @param server a server that has just been started
	 * @return its turns
	 */
	Turns begin(RunningServer server);

	@Override
	default Map<String, Double> measure(RunningServer server) {
		try (Turns turns = begin(server)) {
			return turns.take();
		}
	}

	/**
	 * The turns of one rival.
	 */
	interface Turns extends AutoCloseable {

		/**
		 * Takes one turn.
		 * @return figures by name, in the order to show them
		 */
		Map<String, Double> take();

		@Override
		void close();

	}

}
