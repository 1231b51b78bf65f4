package io.github.ssehub.metrics;

import java.util.function.ToDoubleFunction;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.HubStatistics;
import io.github.ssehub.internal.hub.ReplayOutcome;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.Replay;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Binds the hub's counts. They are read when a registry is scraped, so counting costs a
 * delivery nothing more. Tags have few values: never a user, a topic or a connection.
 */
final class SseMetrics implements MeterBinder {

	private final SseHub hub;

	SseMetrics(SseHub hub) {
		this.hub = hub;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("sse.active.connections", this.hub, (hub) -> hub.connections().count())
			.description("Open connections")
			.register(registry);
		Gauge.builder("sse.queue", this.hub, SseHub::queuedBytes)
			.description("What waits to be written to clients")
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		Gauge.builder("sse.delivery.backlog", this.hub, SseHub::backlog)
			.description("Events that wait for the delivery loop that is furthest behind")
			.register(registry);
		Gauge.builder("sse.callbacks.waiting", this.hub, SseHub::waitingCallbacks)
			.description("Calls of connection listeners and emitter callbacks that wait for those before them")
			.register(registry);
		HubStatistics statistics = this.hub.statistics();
		counter(registry, "sse.client.connect", "Connections opened", null, null, statistics,
				HubStatistics::totalConnections);
		FunctionCounter.builder("sse.sent", statistics, HubStatistics::bytesDelivered)
			.description("Bytes of the events written to clients")
			.baseUnit(BaseUnits.BYTES)
			.register(registry);
		counter(registry, "sse.messages.sent", "Events written to clients, counted once for each connection", null,
				null, statistics, HubStatistics::messagesDelivered);
		for (CloseReason reason : CloseReason.values()) {
			counter(registry, "sse.client.disconnect", "Connections ended", "reason", reason.tag(), statistics,
					(all) -> all.disconnects(reason));
		}
		for (DropReason reason : DropReason.values()) {
			counter(registry, "sse.messages.dropped", "Events not written, counted once for each connection", "reason",
					reason.tag(), statistics, (all) -> all.drops(reason));
		}
		for (Target.Type type : Target.Type.values()) {
			counter(registry, "sse.messages.published", "Events published on this node", "target", type.tag(),
					statistics, (all) -> all.publications(type));
		}
		counter(registry, "sse.publish.rejected", "Events not published because the delivery loops had no room", null,
				null, statistics, HubStatistics::rejectedPublications);
		for (ReplayOutcome outcome : ReplayOutcome.values()) {
			counter(registry, "sse.replay", "Clients that came back and wanted to resume", "outcome", outcome.tag(),
					statistics, (all) -> all.replays(outcome));
		}
		bindGaps(registry);
	}

	private void bindGaps(MeterRegistry registry) {
		for (Replay.Gap.Cause cause : Replay.Gap.Cause.values()) {
			counter(registry, "sse.log.gap", "Gaps in the log that all clients were told of", "cause", cause.tag(),
					this.hub.statistics(), (all) -> all.gaps(cause));
		}
	}

	private static void counter(MeterRegistry registry, String name, String description, @Nullable String tag,
			@Nullable String value, HubStatistics statistics, ToDoubleFunction<HubStatistics> count) {
		FunctionCounter.Builder<HubStatistics> counter = FunctionCounter.builder(name, statistics, count)
			.description(description);
		if (tag != null && value != null) {
			counter.tag(tag, value);
		}
		counter.register(registry);
	}

}
