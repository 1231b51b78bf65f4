package io.github.ssehub.metrics;

import java.util.concurrent.TimeUnit;

import io.github.ssehub.internal.hub.HubObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Records how long deliveries took, publishers waited and connections lasted.
 */
final class TimerObserver implements HubObserver {

	private final Timer delivery;

	private final Timer publishWait;

	private final Timer lifetime;

	TimerObserver(MeterRegistry registry) {
		this.delivery = Timer.builder("sse.delivery")
			.description("From the append of an event to its last flush, once for each delivery loop it had clients on")
			.register(registry);
		this.publishWait = Timer.builder("sse.publish.wait")
			.description("How long publishers waited for the delivery loops, those only that had to")
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
	public void onPublishWaited(long nanos) {
		this.publishWait.record(nanos, TimeUnit.NANOSECONDS);
	}

	@Override
	public void onClosed(long nanos) {
		this.lifetime.record(nanos, TimeUnit.NANOSECONDS);
	}

}
