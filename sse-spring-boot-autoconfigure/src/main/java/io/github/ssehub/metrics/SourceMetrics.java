package io.github.ssehub.metrics;

import io.github.ssehub.source.SourceOutcome;
import io.github.ssehub.source.SseSources;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/**
 * Binds the counts of the sources. Their names are known at the start.
 */
final class SourceMetrics implements MeterBinder {

	private final SseSources sources;

	SourceMetrics(SseSources sources) {
		this.sources = sources;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		for (String name : this.sources.names()) {
			for (SourceOutcome outcome : SourceOutcome.values()) {
				FunctionCounter.builder("sse.source.messages", this.sources, (sources) -> sources.count(name, outcome))
					.description("Messages that came from outside")
					.tag("source", name)
					.tag("outcome", outcome.tag())
					.register(registry);
			}
		}
	}

}
