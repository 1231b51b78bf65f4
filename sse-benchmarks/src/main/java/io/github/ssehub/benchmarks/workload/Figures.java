package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import org.HdrHistogram.Histogram;

/**
 * Collects figures under the names that tables and raw results use.
 */
final class Figures {

	private final Map<String, Double> values = new LinkedHashMap<>();

	Figures add(String name, double value) {
		this.values.put(name, value);
		return this;
	}

	Figures cpu(Duration before, Duration after, long deliveries) {
		return add("CPU us/delivery", (after.minus(before).toNanos() / 1_000.0) / deliveries);
	}

	Figures latency(Histogram latency) {
		return add("p50 ms", millis(latency.getValueAtPercentile(50)))
			.add("p99 ms", millis(latency.getValueAtPercentile(99)))
			.add("p99.9 ms", millis(latency.getValueAtPercentile(99.9)))
			.add("max ms", millis(latency.getMaxValue()));
	}

	Figures calls(long[] calls) {
		return add("publish p50 us", calls[0] / 1_000.0).add("publish p99 us", calls[1] / 1_000.0);
	}

	private static double millis(long nanos) {
		return nanos / 1_000_000.0;
	}

	Map<String, Double> values() {
		return this.values;
	}

}
