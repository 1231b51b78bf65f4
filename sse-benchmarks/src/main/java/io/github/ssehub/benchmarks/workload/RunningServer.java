package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

import io.github.ssehub.benchmarks.server.PublishOrder;

/**
 * A server in a process of its own.
 */
public interface RunningServer extends AutoCloseable {

	/**
	 * The port it listens on.
	 * @return the port
	 */
	int port();

	/**
	 * The path of a stream.
	 * @param kind what will be published to it
	 * @param client the number of the client
	 * @param topic the number of its topic
	 * @return the path and query
	 */
	String path(PublishOrder.Kind kind, int client, int topic);

	/**
	 * Publishes, and returns when all is published.
	 * @param order what to publish
	 */
	void publish(PublishOrder order);

	/**
	 * How much CPU time its processes have taken.
	 * @return the time in user and kernel mode
	 */
	Duration cpu();

	/**
	 * How long the calls to publish took since the last time: p50, p99 and the longest,
	 * in nanoseconds.
	 * @return three times
	 */
	long[] takeCalls();

	/**
	 * The used heap after a collection, when there is one.
	 * @return the number of bytes
	 */
	OptionalLong heap();

	/**
	 * What Java's buffers outside of the heap take, when there are any.
	 * @return the number of bytes
	 */
	OptionalLong direct();

	/**
	 * What the server says of itself.
	 * @return numbers by name
	 */
	Map<String, Long> describe();

	@Override
	void close();

}
