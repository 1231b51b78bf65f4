package io.github.ssehub.benchmarks.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How much of a virtual machine's processor time its host gave to others. A round that
 * lost much says more about the neighbours than about a server.
 */
final class StolenTime {

	private static final Path STATISTICS = Path.of("/proc/stat");

	/**
	 * Of the times in proc_stat(5): user, nice, system, idle, iowait, irq, softirq,
	 * steal.
	 */
	private static final int TIMES = 8;

	private final List<Long> before = read();

	/**
	 * What was stolen since this was created.
	 * @return percent of all processors' time, empty where the system does not tell
	 */
	OptionalDouble percent() {
		List<Long> after = read();
		if (this.before.isEmpty() || after.isEmpty()) {
			return OptionalDouble.empty();
		}
		long[] passed = IntStream.range(0, TIMES).mapToLong((i) -> after.get(i) - this.before.get(i)).toArray();
		return OptionalDouble.of(100.0 * passed[TIMES - 1] / Math.max(1, LongStream.of(passed).sum()));
	}

	private static List<Long> read() {
		try (Stream<String> lines = Files.lines(STATISTICS)) {
			return lines.limit(1)
				.flatMap((line) -> Stream.of(line.split("\\s+")).skip(1).limit(TIMES))
				.map(Long::valueOf)
				.toList();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

}
