package io.github.ssehub.internal.hub;

import java.util.Locale;

/**
 * What became of a client's wish to resume.
 */
public enum ReplayOutcome {

	/**
	 * It got all it had missed.
	 */
	REPLAYED,

	/**
	 * Something it had missed was gone: it got a reset.
	 */
	GAP,

	/**
	 * Its position meant nothing: it got a reset.
	 */
	UNKNOWN;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The name of this outcome in metrics.
	 * @return the name
	 */
	public String tag() {
		return this.tag;
	}

}
