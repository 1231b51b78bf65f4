package io.github.ssehub.benchmarks.soak;

import io.github.ssehub.Target;
import org.jspecify.annotations.Nullable;

/**
 * What was published, and what the publisher was told.
 *
 * @param number the number in its data
 * @param target whom it is for
 * @param name the event name
 * @param key what it is about, if it says so
 * @param id its idempotency key, if it has one
 * @param ephemeral whether it is not kept
 * @param start the tick before the call
 * @param end the tick after the call
 * @param offset its place in the log, 0 if ephemeral
 * @param duplicate whether its id had been published before
 */
record Publication(int number, Target target, String name, @Nullable String key, @Nullable String id, boolean ephemeral,
		long start, long end, long offset, boolean duplicate) {

	boolean isKept() {
		return !this.ephemeral && !this.duplicate;
	}

}
