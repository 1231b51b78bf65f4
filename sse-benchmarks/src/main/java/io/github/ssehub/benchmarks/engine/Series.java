package io.github.ssehub.benchmarks.engine;

import java.lang.management.ManagementFactory;
import java.util.Arrays;

import com.sun.management.OperatingSystemMXBean;

/**
 * What several rounds of one step took, of the clock and of the processors.
 */
final class Series {

	private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

	private final double[] elapsed;

	private final double[] cpu;

	private int count = -1;

	private long startNanos;

	private long startCpuNanos;

	/**
	 * Creates an empty series.
	 * @param rounds how many rounds count; one before them does not
	 */
	Series(int rounds) {
		this.elapsed = new double[rounds];
		this.cpu = new double[rounds];
	}

	boolean isComplete() {
		return this.count == this.elapsed.length;
	}

	void begin() {
		this.startNanos = System.nanoTime();
		this.startCpuNanos = this.system.getProcessCpuTime();
	}

	void end() {
		long nanos = System.nanoTime() - this.startNanos;
		long cpuNanos = this.system.getProcessCpuTime() - this.startCpuNanos;
		if (this.count >= 0) {
			this.elapsed[this.count] = nanos;
			this.cpu[this.count] = cpuNanos;
		}
		this.count++;
	}

	/**
	 * The medians as cells of a table.
	 * @param unitNanos how long the unit is that the result is given in
	 */
	String medians(double unitNanos) {
		return "%.2f | %.2f".formatted(median(this.elapsed) / unitNanos, median(this.cpu) / unitNanos);
	}

	private static double median(double[] values) {
		double[] sorted = values.clone();
		Arrays.sort(sorted);
		return sorted[sorted.length / 2];
	}

}
