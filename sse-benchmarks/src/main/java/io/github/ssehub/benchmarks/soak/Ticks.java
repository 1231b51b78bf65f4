package io.github.ssehub.benchmarks.soak;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Orders what happens in this process: of two things, the one that had returned before
 * the other began has the smaller tick. Unlike a clock it never answers the same twice.
 */
final class Ticks {

	static final long NEVER = Long.MAX_VALUE;

	private final AtomicLong last = new AtomicLong();

	long next() {
		return this.last.incrementAndGet();
	}

}
