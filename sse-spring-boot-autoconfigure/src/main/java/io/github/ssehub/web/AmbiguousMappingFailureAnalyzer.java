package io.github.ssehub.web;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a start that failed because the application has a controller of its own at one
 * of the endpoints' paths.
 */
class AmbiguousMappingFailureAnalyzer extends AbstractFailureAnalyzer<IllegalStateException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, IllegalStateException cause) {
		String message = cause.getMessage();
		if (message == null || !message.startsWith("Ambiguous mapping")
				|| !message.contains(ConnectController.class.getPackageName())) {
			return null;
		}
		return new FailureAnalysis(
				"A controller of the application is mapped to a path below sse.path:%n%n%s".formatted(message),
				"Set sse.path to another path, such as /api/events, or move the controller.", cause);
	}

}
