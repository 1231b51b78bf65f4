package io.github.ssehub.benchmarks.workload;

import java.util.List;
import java.util.Map;

/**
 * Something to measure.
 */
public interface Workload {

	/**
	 * What the command line calls it.
	 * @return the name
	 */
	String name();

	/**
	 * What it does, in a line.
	 * @return the description
	 */
	String description();

	/**
	 * What the starter is configured with for it, beyond the defaults.
	 * @return {@code --} properties
	 */
	default List<String> properties() {
		return List.of();
	}

	/**
	 * Who takes part by default.
	 * @return the rivals
	 */
	default List<Rival> rivals() {
		return Rival.single();
	}

	/**
	 * Measures a server that has just been started.
	 * @param server the server
	 * @return figures by name, in the order to show them
	 */
	Map<String, Double> measure(RunningServer server);

}
