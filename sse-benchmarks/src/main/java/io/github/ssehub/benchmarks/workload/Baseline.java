package io.github.ssehub.benchmarks.workload;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Another build of the starter that takes its turns in the same run, to see what a change
 * costs: the system property {@code sse.benchmarks.baseline} names its classes, a folder
 * or a jar.
 */
final class Baseline {

	private static final String PROPERTY = "sse.benchmarks.baseline";

	private static final String MODULE = "sse-spring-boot-autoconfigure";

	private Baseline() {
	}

	static boolean isGiven() {
		String path = path();
		if (path != null && !Files.exists(Path.of(path))) {
			throw new IllegalArgumentException("There is nothing at %s=%s".formatted(PROPERTY, path));
		}
		return path != null;
	}

	private static @Nullable String path() {
		return System.getProperty(PROPERTY);
	}

	/**
	 * The class path of the benchmarks with the baseline in the place of the starter.
	 */
	static String classPath() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((entry) -> entry.contains(MODULE) ? String.valueOf(path()) : entry)
			.collect(Collectors.joining(File.pathSeparator));
	}

}
