package io.github.ssehub.sample.dashboard;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Publishes the server's metrics while somebody looks at them.
 */
@Component
class DashboardPublisher {

	private static final String TOPIC = "dashboard";

	private final SsePublisher publisher;

	private final SseConnections connections;

	private final MeterRegistry meters;

	DashboardPublisher(SsePublisher publisher, SseConnections connections, MeterRegistry meters) {
		this.publisher = publisher;
		this.connections = connections;
		this.meters = meters;
	}

	/**
	 * The key lets a slow client skip to the newest values under
	 * {@code sse.buffer.overflow=conflate}; old ones are not worth a replay.
	 */
	@Scheduled(fixedRate = 2, timeUnit = TimeUnit.SECONDS)
	void publish() {
		if (this.connections.topics().containsKey(TOPIC)) {
			this.publisher.toTopic(TOPIC, SseEvent.named("metrics").data(read()).key("metrics").ephemeral().build());
		}
	}

	private Metrics read() {
		return new Metrics(Instant.now().getEpochSecond(), (long) sum("jvm.memory.used", "area", "heap"),
				sum("process.cpu.usage"), (long) sum("jvm.threads.live"), (long) sum("sse.active.connections"),
				(long) sum("sse.messages.sent"));
	}

	private double sum(String name, String... tags) {
		return this.meters.find(name).tags(tags).meters().stream().mapToDouble(DashboardPublisher::value).sum();
	}

	private static double value(Meter meter) {
		for (Measurement measurement : meter.measure()) {
			return measurement.getValue();
		}
		return 0;
	}

	/**
	 * What the dashboard shows.
	 *
	 * @param timestamp when, in seconds since 1970
	 * @param heapUsed bytes
	 * @param cpuUsage 0 to 1
	 * @param threads live threads
	 * @param activeConnections open event streams
	 * @param messagesSent events written to clients since the start
	 */
	record Metrics(long timestamp, long heapUsed, double cpuUsage, long threads, long activeConnections,
			long messagesSent) {
	}

}
