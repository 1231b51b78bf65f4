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

	private final Duration retry;

	private final Frame preamble;

	ControlFrames(Duration retry) {
		this.retry = retry;
		this.preamble = Frame.control(EventEncoder.retry(retry));
	}

	/**
	 * The reconnection time, the first bytes of every stream.
	 */
	Frame preamble() {
		return this.preamble;
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
	 * Spreads the clients of a server that shuts down over one to two reconnection times.
	 */
	Frame jitteredRetry() {
		long millis = Math.max(1000, this.retry.toMillis());
		return Frame
			.control(EventEncoder.retry(Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis, 2 * millis))));
	}

	private Frame event(@Nullable String id, String name, Map<String, Object> data) {
		return Frame.control(EventEncoder.event(id, name, OwnJson.text(data)));
	}

}
