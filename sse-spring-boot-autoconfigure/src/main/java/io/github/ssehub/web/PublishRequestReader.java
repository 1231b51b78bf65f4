package io.github.ssehub.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublication;
import io.github.ssehub.Target;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the event of a request that publishes one, and whom it is for.
 */
final class PublishRequestReader {

	private static final Set<String> EVENT_FIELDS = Set.of("event", "data", "id", "key", "retry", "ephemeral");

	private static final Set<String> FIELDS = with(EVENT_FIELDS, "target");

	private static final Set<String> TARGETS = Set.of("broadcast", "user", "users", "topic", "topics", "connection");

	private static final String EVENT_EXAMPLE = "{\"event\":\"news\",\"data\":\"Hello\"}";

	private static final String TARGET_EXAMPLE = "{\"topic\":\"news\"}";

	private static final String EXAMPLE = "{\"target\":%s,\"event\":\"headline\",\"data\":\"Hello\"}"
		.formatted(TARGET_EXAMPLE);

	private final int maxBytes;

	PublishRequestReader(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	private static Set<String> with(Set<String> fields, String field) {
		Set<String> all = new TreeSet<>(fields);
		all.add(field);
		return Set.copyOf(all);
	}

	/**
	 * Reads an event whose target is in the path of the request.
	 */
	SseEvent read(HttpServletRequest request) throws IOException {
		JsonBody body = JsonBody.read(request, this.maxBytes, "sse.max-event-size", EVENT_EXAMPLE);
		body.allowOnly(EVENT_FIELDS, "an event");
		return event(body);
	}

	/**
	 * Reads an event with its target.
	 */
	SsePublication readWithTarget(HttpServletRequest request) throws IOException {
		JsonBody body = JsonBody.read(request, this.maxBytes, "sse.max-event-size", EXAMPLE);
		body.allowOnly(FIELDS, "an event with a target");
		JsonBody target = body.object("target", TARGET_EXAMPLE);
		if (target == null) {
			throw JsonBody.badRequest("'target' is missing: say whom the event is for, such as {\"broadcast\":true} or "
					+ TARGET_EXAMPLE);
		}
		return SsePublication.now(target(target), event(body));
	}

	private static Target target(JsonBody target) {
		target.allowOnly(TARGETS, "'target'");
		Set<String> kinds = target.present();
		if (kinds.size() != 1) {
			throw JsonBody.badRequest("'target' must have exactly one of %s but has %s"
				.formatted(new TreeSet<>(TARGETS), kinds.isEmpty() ? "none" : kinds));
		}
		String kind = kinds.iterator().next();
		return switch (kind) {
			case "broadcast" -> {
				if (!Boolean.TRUE.equals(target.flag(kind))) {
					throw JsonBody.badRequest("'broadcast' must be true; leave it out to name another target");
				}
				yield Target.broadcast();
			}
			case "user" -> Target.user(require(target.text(kind)));
			case "users" -> Target.users(target.texts(kind));
			case "topic" -> Target.topic(require(target.text(kind)));
			case "topics" -> Target.topics(target.texts(kind));
			default -> Target.connection(require(target.text(kind)));
		};
	}

	/** It is there, as the only one. */
	private static String require(@Nullable String name) {
		return (name != null) ? name : "";
	}

	private static SseEvent event(JsonBody body) {
		String name = body.text("event");
		String data = body.anyValue("data");
		if (data == null) {
			throw JsonBody
				.badRequest("'data' is missing: give a string, which is sent as it is, or any other JSON value");
		}
		return SseEvent.named((name != null) ? name : SseEvent.DEFAULT_NAME)
			.data(data)
			.id(body.text("id"))
			.key(body.text("key"))
			.retry(retry(body))
			.ephemeral(Boolean.TRUE.equals(body.flag("ephemeral")))
			.build();
	}

	private static @Nullable Duration retry(JsonBody body) {
		JsonNode value = body.get("retry");
		if (value == null) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong()) {
			throw JsonBody.badRequest("'retry' must be a number of milliseconds");
		}
		return Duration.ofMillis(value.longValue());
	}

}
