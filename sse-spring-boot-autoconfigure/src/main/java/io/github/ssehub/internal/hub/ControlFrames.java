package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import io.github.ssehub.CloseReason;
import io.github.ssehub.internal.json.OwnJson;
import io.github.ssehub.internal.wire.EventEncoder;
import io.github.ssehub.internal.wire.Frame;
import io.github.ssehub.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * The events that the starter itself writes. See {@code docs/design/wire.md}.
 */
final class ControlFrames {

	/**
	 * After the drain it takes a moment until the web server takes no more requests:
	 * Jetty closes idle connections after a second.
	 */
	private static final Duration LEAST_RETRY_AFTER_DRAIN = Duration.ofSeconds(2);

	private static final Frame PROBE = Frame.control(EventEncoder.comment(""));

	private final Duration retry;

	private final Duration drainTime;

	private final Frame preamble;

	ControlFrames(Duration retry, Duration drainTime) {
		this.retry = retry;
		this.drainTime = drainTime;
		this.preamble = Frame.control(EventEncoder.retry(retry));
	}

	/**
	 * The reconnection time, the first bytes of every stream.
	 */
	Frame preamble() {
		return this.preamble;
	}

	/**
	 * Says nothing: what matters is whether it can be written.
	 */
	Frame probe() {
		return PROBE;
	}

	/**
	 * Tells a client who it is.
	 * @param position where it is in the log, or {@code null} when a reset follows that
	 * says so
	 */
	Frame connected(HubConnection connection, @Nullable Position position) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("client_id", connection.getId());
		data.put("timestamp", Instant.now().getEpochSecond());
		data.put("user_id", connection.getUser());
		data.put("topics", connection.getTopics());
		data.put("events", connection.getEvents());
		return event((position != null) ? position.toString() : null, "connected", data);
	}

	/**
	 * Tells a client that it may have missed something and where it is now.
	 */
	Frame reset(String reason, Position position) {
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("reason", reason);
		data.put("position", position.toString());
		return event(position.toString(), "reset", data);
	}

	/**
	 * Tells a client not to come back.
	 */
	Frame close(CloseReason reason, Position position) {
		return event(LastEventId.finalId(position), "close", Map.of("reason", reason.tag()));
	}

	/**
	 * Tells a client of a server that shuts down when to come back. By then this server
	 * answers no more, whenever in the drain it was told so: it would answer 503, which
	 * ends an {@code EventSource} for good. The clients are spread over one to two
	 * reconnection times.
	 */
	Frame retryAfterDrain() {
		long spread = Math.max(LEAST_RETRY_AFTER_DRAIN.toMillis(), this.retry.toMillis());
		return Frame.control(EventEncoder
			.retry(this.drainTime.plusMillis(ThreadLocalRandom.current().nextLong(spread, 2 * spread))));
	}

	private Frame event(@Nullable String id, String name, Map<String, Object> data) {
		return Frame.control(EventEncoder.event(id, name, OwnJson.text(data)));
	}

}
