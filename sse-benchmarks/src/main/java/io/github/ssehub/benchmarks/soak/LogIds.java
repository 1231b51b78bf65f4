package io.github.ssehub.benchmarks.soak;

import java.util.List;
import java.util.random.RandomGenerator;

import io.github.ssehub.log.Position;

/**
 * Reads the ids of one life of the log, and makes ids that mean nothing to it.
 *
 * @param epoch the epoch of that life
 */
record LogIds(String epoch) {

	private static final String FINAL_SUFFIX = ".final";

	/** Further than any run gets. */
	private static final long BEYOND = 1_000_000_000_000L;

	/**
	 * The offset in an id.
	 * @return the offset, or {@link ClientStream#UNKNOWN}
	 */
	long offset(String id) {
		String text = isFinal(id) ? id.substring(0, id.length() - FINAL_SUFFIX.length()) : id;
		Position position = Position.parse(text);
		return (position != null && position.epoch().equals(this.epoch)) ? position.offset() : ClientStream.UNKNOWN;
	}

	boolean isFinal(String id) {
		return id.endsWith(FINAL_SUFFIX);
	}

	String make(RandomGenerator random) {
		List<String> made = List.of("nonsense", "0ther.17", this.epoch + "." + (BEYOND + random.nextInt(100)));
		return made.get(random.nextInt(made.size()));
	}

	boolean isMade(String id) {
		long offset = offset(id);
		return offset == ClientStream.UNKNOWN || offset >= BEYOND;
	}

}
