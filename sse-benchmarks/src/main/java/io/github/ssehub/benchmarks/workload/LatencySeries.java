package io.github.ssehub.benchmarks.workload;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import org.HdrHistogram.Histogram;

/**
 * Latencies of one part of a measurement, second by second. What disturbs a machine now
 * and then moves the percentiles of a whole minute, but not those of its typical second.
 */
final class LatencySeries {

	private final Histogram all = new Histogram(3);

	private final List<Double> seconds = new ArrayList<>();

	void add(Histogram second) {
		if (second.getTotalCount() > 0) {
			this.all.add(second);
			this.seconds.add(millis(second.getValueAtPercentile(99)));
		}
	}

	double p99Millis() {
		return millis(this.all.getValueAtPercentile(99));
	}

	double maxMillis() {
		return millis(this.all.getMaxValue());
	}

	/**
	 * The 99th percentile of the typical second.
	 * @return the median over the seconds
	 */
	double typicalP99Millis() {
		if (this.seconds.isEmpty()) {
			throw new IllegalStateException("Nothing was measured");
		}
		List<Double> sorted = new ArrayList<>(this.seconds);
		Collections.sort(sorted);
		return sorted.get(sorted.size() / 2);
	}

	private static double millis(long nanos) {
		return nanos / 1_000_000.0;
	}

}
