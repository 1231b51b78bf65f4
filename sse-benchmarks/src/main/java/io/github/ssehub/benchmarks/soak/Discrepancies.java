package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * What was not as the model says. Safe for use by any thread.
 */
final class Discrepancies {

	private static final int KEPT = 30;

	private final List<String> first = new ArrayList<>();

	private int count;

	synchronized void add(String format, Object... arguments) {
		this.count++;
		if (this.first.size() < KEPT) {
			this.first.add(format.formatted(arguments));
		}
	}

	void requireEqual(String what, Object expected, Object actual) {
		if (!expected.equals(actual)) {
			add("%s: %s expected, %s found", what, expected, actual);
		}
	}

	synchronized boolean isEmpty() {
		return this.count == 0;
	}

	synchronized int count() {
		return this.count;
	}

	synchronized List<String> first() {
		return List.copyOf(this.first);
	}

}
