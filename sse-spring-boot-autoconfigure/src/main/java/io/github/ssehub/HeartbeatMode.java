package io.github.ssehub;

/**
 * What is written to a connection that has been idle.
 */
public enum HeartbeatMode {

	/**
	 * A comment line, which clients ignore.
	 */
	COMMENT,

	/**
	 * An event named {@code heartbeat} with a timestamp, which a page can listen to.
	 */
	EVENT

}
