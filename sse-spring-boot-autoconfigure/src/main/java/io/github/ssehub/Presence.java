package io.github.ssehub;

/**
 * Whether a user is there, as far as can be said.
 */
public enum Presence {

	/**
	 * The user has an open connection.
	 */
	ONLINE,

	/**
	 * The user has none. All nodes have said so.
	 */
	OFFLINE,

	/**
	 * No node that could be asked has a connection of the user, but there are nodes, or
	 * may be some, that could not be asked.
	 */
	UNKNOWN

}
