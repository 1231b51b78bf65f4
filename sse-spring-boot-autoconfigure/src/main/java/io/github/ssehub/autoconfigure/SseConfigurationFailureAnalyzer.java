package io.github.ssehub.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says which property is wrong and what to write instead.
 */
class SseConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<SseConfigurationException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SseConfigurationException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.getAction(), cause);
	}

}
