package io.github.ssehub.benchmarks.server;

import java.util.Map;

/**
 * How a server of the benchmark publishes. Called by one thread.
 */
public interface Publications {

	/**
	 * Publishes to everybody.
	 * @param data the data
	 */
	void broadcast(String data);

	/**
	 * Publishes to a topic.
	 * @param topic the topic
	 * @param data the data
	 */
	void toTopic(String topic, String data);

	/**
	 * Publishes to one client.
	 * @param client the number of the client
	 * @param data the data
	 */
	void toClient(int client, String data);

	/**
	 * What the server says of itself, for workloads that ask.
	 * @return numbers by name
	 */
	default Map<String, Long> describe() {
		return Map.of();
	}

}
