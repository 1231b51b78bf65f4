package io.github.ssehub.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Values the way they are written in a configuration file: {@code 30s}, not
 * {@code PT30S}.
 */
final class PropertyText {

	/** The largest first. */
	private static final List<Unit> TIMES = List.of(new Unit("d", 86_400), new Unit("h", 3_600), new Unit("m", 60),
			new Unit("s", 1));

	private static final List<Unit> SIZES = List.of(new Unit("TB", 1L << 40), new Unit("GB", 1 << 30),
			new Unit("MB", 1 << 20), new Unit("KB", 1 << 10), new Unit("B", 1));

	private PropertyText() {
	}

	static String of(@Nullable Object value) {
		if (value instanceof Duration duration) {
			return of(duration);
		}
		return (value instanceof DataSize size) ? inLargest(SIZES, size.toBytes()) : String.valueOf(value);
	}

	private static String of(Duration duration) {
		if (duration.getNano() == 0) {
			return inLargest(TIMES, duration.getSeconds());
		}
		boolean inMillis = duration.abs().compareTo(Duration.ofDays(1)) < 0;
		return (inMillis && duration.getNano() % 1_000_000 == 0) ? duration.toMillis() + "ms" : duration.toString();
	}

	/**
	 * In the largest unit that leaves no remainder.
	 */
	private static String inLargest(List<Unit> units, long value) {
		Unit smallest = units.get(units.size() - 1);
		Unit unit = units.stream().filter((one) -> value != 0 && value % one.size() == 0).findFirst().orElse(smallest);
		return value / unit.size() + unit.name();
	}

	private record Unit(String name, long size) {
	}

}
