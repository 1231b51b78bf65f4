package io.github.ssehub.source;

import java.util.Locale;

/**
 * What became of a message of a source.
 */
public enum SourceOutcome {

	/**
	 * It was published.
	 */
	PUBLISHED,

	/**
	 * Its id had been published before, so nothing happened.
	 */
	DUPLICATE,

	/**
	 * There was no room, or the event log did not work. A source that can bring it again
	 * may do so; an event log that does not work may have taken it all the same, which an
	 * id of the event guards against.
	 */
	REJECTED,

	/**
	 * It cannot be published, now or later.
	 */
	INVALID;

	private final String tag = name().toLowerCase(Locale.ROOT);

	/**
	 * The name of this outcome in metrics.
	 * @return the name in lower case
	 */
	public String tag() {
		return this.tag;
	}

}
