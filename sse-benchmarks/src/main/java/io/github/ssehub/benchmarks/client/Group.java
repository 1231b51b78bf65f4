package io.github.ssehub.benchmarks.client;

/**
 * What a stream is for.
 */
public enum Group {

	/** Read at once, checked and timed. */
	OBSERVED,

	/** Read at once and checked, but not timed. */
	LOAD,

	/**
	 * Read late or never, and neither checked nor timed. Comes from an address of its
	 * own.
	 */
	SLOW

}
