package io.github.ssehub.web;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

import static org.assertj.core.api.Assertions.fail;

/**
 * Programs that some tests need and that not every machine has. With
 * {@code SSE_TESTS_NEED_PROGRAMS=true} in the environment, as in a CI run, one that is
 * missing is a failure; otherwise the test is skipped.
 */
final class TestPrograms {

	private TestPrograms() {
	}

	static String require(String name) {
		return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
			.map((directory) -> Path.of(directory, name))
			.filter(Files::isExecutable)
			.findFirst()
			.map(Path::toString)
			.orElseGet(() -> missing("'%s' is not on this machine".formatted(name)));
	}

	static <T> T missing(String message) {
		if (Boolean.parseBoolean(System.getenv("SSE_TESTS_NEED_PROGRAMS"))) {
			fail(message);
		}
		return Assumptions.abort(message);
	}

}
