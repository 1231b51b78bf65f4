package io.github.ssehub.log.redis;

import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A native image has all scripts.
 */
class RedisLogRuntimeHintsTests {

	@Test
	void registersAllScripts() throws IOException {
		RuntimeHints hints = new RuntimeHints();
		new RedisLogRuntimeHints().registerHints(hints, getClass().getClassLoader());
		Resource[] scripts = new PathMatchingResourcePatternResolver()
			.getResources("classpath*:io/github/ssehub/**/*.lua");
		assertThat(scripts).hasSize(4);
		assertThat(Arrays.stream(scripts).map((script) -> Objects.requireNonNull(script.getFilename()))).allSatisfy((
				name) -> assertThat(RuntimeHintsPredicates.resource().forResource("io/github/ssehub/log/redis/" + name))
					.accepts(hints));
	}

	@Test
	void isImported() {
		assertThat(RedisEventLogAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
			.contains(RedisLogRuntimeHints.class);
	}

}
