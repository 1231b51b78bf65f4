package io.github.ssehub.log;

import java.util.function.Consumer;

/**
 * Carries short messages between the nodes that share an {@link EventLog}. A message
 * reaches every node at most once, the sender too; it is lost on a node that is not
 * connected at the moment. Safe for use by any thread.
 */
public interface NodeChannel {

	/**
	 * Starts to receive. Called once. The channel closes with its log.
	 * @param receiver called for each message by one thread at a time, and returns soon
	 */
	void open(Consumer<byte[]> receiver);

	/**
	 * Sends a message to all nodes.
	 * @param message the message
	 * @throws EventLogException if it was not sent
	 */
	void send(byte[] message);

}
