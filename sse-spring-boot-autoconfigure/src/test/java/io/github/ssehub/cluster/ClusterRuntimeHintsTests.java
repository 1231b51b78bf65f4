package io.github.ssehub.cluster;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.context.annotation.ImportRuntimeHints;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Everything that nodes send each other can be JSON in a native image.
 */
class ClusterRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	static Stream<Class<?>> types() {
		Stream<Class<?>> nested = Stream.of(Question.class.getDeclaredClasses());
		return Stream.concat(Stream.of(Message.HEADER, Reply.class, NodeStatistics.class, NodeConnection.class),
				nested);
	}

	@ParameterizedTest
	@MethodSource("types")
	void registersWhatIsJson(Class<?> type) {
		new ClusterRuntimeHints().registerHints(this.hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection()
			.onType(type)
			.withMemberCategory(MemberCategory.INVOKE_DECLARED_CONSTRUCTORS)).accepts(this.hints);
		Stream.of(type.getRecordComponents())
			.forEach((component) -> assertThat(
					RuntimeHintsPredicates.reflection().onMethodInvocation(component.getAccessor()))
				.accepts(this.hints));
	}

	@Test
	void isImported() {
		assertThat(SseClusterAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
			.contains(ClusterRuntimeHints.class);
	}

}
