package io.github.ssehub;

import java.util.Set;

/**
 * Who is there, on all nodes that share the event log. Safe for use by any thread.
 * <p>
 * With a log that several nodes share, a method may have to ask the other nodes. It then
 * waits at most {@code sse.cluster.timeout}; {@link #presence} says when a node did not
 * answer, the other methods take it for one where nobody is. With a log of a single node
 * nothing waits.
 */
public interface SsePresence {

	/**
	 * Whether a user has at least one open connection. Other nodes are asked only when
	 * the user has none to this one.
	 * @param user the user
	 * @return whether the user is online, or that this cannot be said
	 */
	Presence presence(String user);

	/**
	 * Whether a user is known to have at least one open connection. What is not known
	 * counts as no: use {@link #presence} where that matters.
	 * @param user the user
	 * @return whether the user is online
	 */
	default boolean isOnline(String user) {
		return presence(user) == Presence.ONLINE;
	}

	/**
	 * The users who are known to have at least one open connection.
	 * @return a copy, sorted
	 */
	Set<String> onlineUsers();

}
