package io.github.ssehub;

import java.util.Set;

/**
 * Who is there. Safe for use by any thread.
 */
public interface SsePresence {

	/**
	 * Whether a user has at least one open connection.
	 * @param user the user
	 * @return whether the user is online
	 */
	boolean isOnline(String user);

	/**
	 * The users who have at least one open connection.
	 * @return a copy, sorted
	 */
	Set<String> onlineUsers();

}
