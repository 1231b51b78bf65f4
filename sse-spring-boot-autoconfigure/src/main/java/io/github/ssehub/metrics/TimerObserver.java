package io.github.ssehub.metrics;

import java.util.concurrent.TimeUnit;

import io.github.ssehub.internal.hub.HubObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Records how long deliveries took and connections lasted.
 */
final class TimerObserver implements HubObserver {

	private final Timer delivery;

	private final Timer lifetime;

	TimerObserver(MeterRegistry registry) {
		this.delivery = Timer.builder("sse.delivery")
			.description("From the append of an event to its last flush, once for each delivery loop it had clients on")
			.register(registry);
		this.lifetime = Timer.builder("sse.connection.lifetime")
			.description("How long connections were open")
			.register(registry);
	}

	@Override
	public void onDelivered(long nanos) {
		this.delivery.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void onClosed(long nanos) {
		this.lifetime.record(nanos, TimeUnit.NANOSECONDS);
	}

}
