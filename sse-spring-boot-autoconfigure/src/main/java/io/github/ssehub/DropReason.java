package io.github.ssehub;

import java.util.Locale;

/**
 * Why an event was not delivered to a connection it was for.
 */
public enum DropReason {

	/**
	 * It was the oldest of a full queue ({@link OverflowPolicy#DROP_OLDEST}).
	 */
	DROP_OLDEST,

	/**
	 * It came to a full queue ({@link OverflowPolicy#DROP_NEWEST}).
	 */
	DROP_NEWEST,

	/**
	 * A newer event with the same key replaced it ({@link OverflowPolicy#CONFLATE}).
	 */
	CONFLATED,

	/**
	 * It was still waiting when the connection ended. A client that reconnects gets it
	 * from the log.
	 */
	CLOSED;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	/**
	 * The name of this reason in metrics, such as {@code drop-oldest}.
	 * @return the name
	 */
	public String tag() {
		return this.tag;
	}

}
