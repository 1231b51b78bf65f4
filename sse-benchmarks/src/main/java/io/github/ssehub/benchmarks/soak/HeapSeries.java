package io.github.ssehub.benchmarks.soak;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The used heap after a collection, from time to time.
 */
final class HeapSeries {

	/** A leak of a few bytes for each event or connection soon is more than that. */
	static final long ALLOWED_GROWTH_BYTES = 8L << 20;

	private static final int SAMPLES = 20;

	private static final int LAST = 3;

	private final List<Long> samples = new ArrayList<>();

	private final long intervalNanos;

	private long lastNanos;

	HeapSeries(Duration duration) {
		this.intervalNanos = duration.toNanos() / SAMPLES;
		this.lastNanos = System.nanoTime();
	}

	/**
	 * Measures, if it is time to.
	 */
	void sample() {
		if (this.intervalNanos > 0 && System.nanoTime() - this.lastNanos >= this.intervalNanos) {
			this.samples.add(measure());
			this.lastNanos = System.nanoTime();
		}
	}

	private static long measure() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	/**
	 * Compares the lowest of the last samples with the first one.
	 */
	void check(Discrepancies found) {
		if (this.samples.size() <= LAST) {
			return;
		}
		long last = this.samples.stream()
			.skip(this.samples.size() - LAST)
			.mapToLong(Long::longValue)
			.min()
			.orElseThrow();
		if (last - this.samples.get(0) > ALLOWED_GROWTH_BYTES) {
			found.add("The heap grew by more than %d bytes: %s", ALLOWED_GROWTH_BYTES, this);
		}
	}

	@Override
	public String toString() {
		return this.samples.stream().map((bytes) -> "%.1f".formatted(bytes / 1e6)).collect(Collectors.joining(" "));
	}

}
