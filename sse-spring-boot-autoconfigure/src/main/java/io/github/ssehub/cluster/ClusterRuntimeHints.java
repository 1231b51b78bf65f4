package io.github.ssehub.cluster;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.core.ResolvableType;

/**
 * What nodes send each other is written and read as JSON by reflection.
 */
final class ClusterRuntimeHints implements RuntimeHintsRegistrar {

	private final BindingReflectionHintsRegistrar bindings = new BindingReflectionHintsRegistrar();

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		this.bindings.registerReflectionHints(hints.reflection(), Message.HEADER, Reply.class, Question.class);
		for (Class<?> question : Question.class.getPermittedSubclasses()) {
			this.bindings.registerReflectionHints(hints.reflection(), question);
			this.bindings.registerReflectionHints(hints.reflection(), answerType(question));
		}
	}

	/**
	 * What the question says it is answered with.
	 */
	private static Class<?> answerType(Class<?> question) {
		return ResolvableType.forClass(question).as(Question.class).getGeneric().toClass();
	}

}
