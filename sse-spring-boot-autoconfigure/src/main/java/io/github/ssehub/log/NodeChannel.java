package io.github.ssehub.log;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Carries messages between the nodes that share an {@link EventLog}: mostly short ones,
 * but one that lists users may have some hundred kilobytes. A message reaches every node
 * at most once; it is lost on a node that is not connected at the moment. It comes back
 * to the sender, too, which knows by that whether it is heard. Safe for use by any
 * thread.
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

	/**
	 * Why messages do not come at the moment, as far as the channel knows.
	 * @return the reason, or {@code null}
	 */
	default @Nullable String failure() {
		return null;
	}

}
