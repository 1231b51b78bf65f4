package io.github.ssehub.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.Topic;
import io.github.ssehub.internal.json.OwnJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads messages: events with their target, and notifications for a user. No reason that
 * it gives holds a value of the message, which may be secret, or an attack on whoever
 * reads the log.
 */
final class MessageReader {

	private static final Set<String> FIELDS = Set.of("target", "user", "users", "topic", "topics", "connection",
			"event", "data", "id", "key", "retry", "ephemeral");

	/** What names a target, beside the kind of target or in an object. */
	private static final Set<String> TARGET_FIELDS = Set.of("user", "users", "topic", "topics", "connection");

	private static final String TARGETS = "broadcast, user, topic or connection, or an object such as {\"user\":\"alice\"}";

	private final long maxBytes;

	MessageReader(long maxBytes) {
		this.maxBytes = maxBytes;
	}

	SourceMessage read(byte[] message) throws InvalidMessageException {
		if (message.length > this.maxBytes) {
			throw new InvalidMessageException("it has %d bytes, more than the %d that sse.max-event-size allows"
				.formatted(message.length, this.maxBytes));
		}
		String text = decode(message).strip();
		JsonNode body = parse(text);
		if (!body.isObject()) {
			throw new InvalidMessageException("it is not a JSON object");
		}
		try {
			if (body.has("target")) {
				return event(body);
			}
			if (body.has("user_id")) {
				return notification(body, text);
			}
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidMessageException(CountingSink.reason(ex));
		}
		throw new InvalidMessageException("it has neither 'target' nor 'user_id'");
	}

	private static String decode(byte[] message) throws InvalidMessageException {
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(message)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new InvalidMessageException("it is not UTF-8");
		}
	}

	private static JsonNode parse(String text) throws InvalidMessageException {
		try {
			return OwnJson.reader().readValue(text);
		}
		catch (JacksonException ex) {
			String place = (ex.getLocation() != null)
					? " at line %d, column %d".formatted(ex.getLocation().getLineNr(), ex.getLocation().getColumnNr())
					: "";
			throw new InvalidMessageException("it is not valid JSON" + place);
		}
	}

	/**
	 * The object goes on as it came, so that numbers and the order of its fields stay.
	 */
	private static SourceMessage notification(JsonNode body, String text) throws InvalidMessageException {
		if (text(body, "message") == null) {
			throw new InvalidMessageException("'message' is missing");
		}
		return new SourceMessage(Target.user(userId(body)), SseEvent.of(text));
	}

	private static String userId(JsonNode body) throws InvalidMessageException {
		JsonNode id = body.get("user_id");
		if (!id.isString() && !id.isIntegralNumber()) {
			throw new InvalidMessageException("'user_id' must be a string or a whole number");
		}
		return id.asString();
	}

	private static SourceMessage event(JsonNode body) throws InvalidMessageException {
		for (String field : body.propertyNames()) {
			if (!FIELDS.contains(field)) {
				throw new InvalidMessageException("%s is not a field of an event with a target: use %s"
					.formatted(quoted(field), new TreeSet<>(FIELDS)));
			}
		}
		Target target = target(body);
		String name = text(body, "event");
		SseEvent event = SseEvent.named((name != null) ? eventName(name) : SseEvent.DEFAULT_NAME)
			.data(data(body))
			.id(text(body, "id"))
			.key(text(body, "key"))
			.retry(retry(body))
			.ephemeral(flag(body, "ephemeral"))
			.build();
		return new SourceMessage(target, event);
	}

	/**
	 * The name of a field if it looks like one. Otherwise it is content.
	 */
	private static String quoted(String field) {
		return field.matches("[A-Za-z0-9_-]{1,32}") ? "'" + field + "'" : "One of its fields";
	}

	private static String eventName(String name) throws InvalidMessageException {
		if (SseEvent.RESERVED_NAMES.contains(name)) {
			throw new InvalidMessageException("'event' must not be one of %s, which the server writes itself"
				.formatted(new TreeSet<>(SseEvent.RESERVED_NAMES)));
		}
		return name;
	}

	/**
	 * The target is either its kind, with the names beside it, or an object as in a
	 * request to {@code /publish}.
	 */
	private static Target target(JsonNode body) throws InvalidMessageException {
		JsonNode target = body.get("target");
		if (target.isObject()) {
			allow(body, "a target that is an object");
			return targetObject(target);
		}
		if (!target.isString()) {
			throw new InvalidMessageException("'target' must be " + TARGETS);
		}
		String type = target.stringValue();
		String quoted = "the target '%s'".formatted(type);
		return switch (type) {
			case "broadcast" -> {
				allow(body, quoted);
				yield Target.broadcast();
			}
			case "user" -> {
				allow(body, quoted, "user", "users");
				yield Target.users(names(body, "user", "users"));
			}
			case "topic" -> {
				allow(body, quoted, "topic", "topics");
				yield Target.topics(topics(body));
			}
			case "connection" -> {
				allow(body, quoted, "connection");
				yield Target.connection(require(body, "connection"));
			}
			default -> throw new InvalidMessageException("'target' must be " + TARGETS);
		};
	}

	private static Target targetObject(JsonNode target) throws InvalidMessageException {
		Set<String> kinds = new TreeSet<>(target.propertyNames());
		kinds.removeIf((kind) -> target.get(kind).isNull());
		String kind = (kinds.size() == 1) ? kinds.iterator().next() : "";
		return switch (kind) {
			case "broadcast" -> {
				if (!flag(target, kind)) {
					throw new InvalidMessageException("'broadcast' must be true");
				}
				yield Target.broadcast();
			}
			case "user", "users" -> Target.users(names(target, "user", "users"));
			case "topic", "topics" -> Target.topics(topics(target));
			case "connection" -> Target.connection(require(target, kind));
			default -> throw new InvalidMessageException(
					"'target' must have exactly one of broadcast, connection, topic, topics, user and users");
		};
	}

	/**
	 * Refuses what names another target: whoever wrote it meant something else.
	 */
	private static void allow(JsonNode body, String target, String... fields) throws InvalidMessageException {
		for (String field : new TreeSet<>(TARGET_FIELDS)) {
			if (!Set.of(fields).contains(field) && body.hasNonNull(field)) {
				throw new InvalidMessageException("'%s' does not belong to %s".formatted(field, target));
			}
		}
	}

	private static List<String> topics(JsonNode body) throws InvalidMessageException {
		List<String> topics = names(body, "topic", "topics");
		for (String topic : topics) {
			requireTopic(topic);
		}
		return topics;
	}

	/**
	 * The one name or the several names.
	 */
	private static List<String> names(JsonNode body, String one, String several) throws InvalidMessageException {
		if (!body.hasNonNull(several)) {
			return List.of(require(body, one));
		}
		if (body.hasNonNull(one)) {
			throw new InvalidMessageException("'%s' and '%s' exclude each other".formatted(one, several));
		}
		List<String> names = new ArrayList<>();
		for (JsonNode name : requireList(body.get(several), several)) {
			if (!name.isString()) {
				throw new InvalidMessageException("'%s' must be a list of strings".formatted(several));
			}
			names.add(name.stringValue());
		}
		return names;
	}

	private static JsonNode requireList(JsonNode value, String field) throws InvalidMessageException {
		if (!value.isArray()) {
			throw new InvalidMessageException("'%s' must be a list of strings".formatted(field));
		}
		return value;
	}

	private static void requireTopic(String name) throws InvalidMessageException {
		try {
			new Topic(name);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidMessageException(
					"a topic must have 1 to %d bytes, no control characters, no comma and no white space at either end"
						.formatted(Topic.MAX_LENGTH));
		}
	}

	/**
	 * The text that goes out. The application's mapper, which may leave out fields that
	 * are {@code null} or write numbers in full, has no part in it.
	 */
	private static String data(JsonNode body) throws InvalidMessageException {
		JsonNode data = body.get("data");
		if (data == null) {
			throw new InvalidMessageException("'data' is missing");
		}
		return data.isString() ? data.stringValue() : OwnJson.text(data);
	}

	private static String require(JsonNode body, String field) throws InvalidMessageException {
		String value = text(body, field);
		if (value == null) {
			throw new InvalidMessageException("'%s' is missing".formatted(field));
		}
		return value;
	}

	private static @Nullable String text(JsonNode body, String field) throws InvalidMessageException {
		JsonNode value = body.get(field);
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isString()) {
			throw new InvalidMessageException("'%s' must be a string".formatted(field));
		}
		return value.stringValue();
	}

	private static boolean flag(JsonNode body, String field) throws InvalidMessageException {
		JsonNode value = body.get(field);
		if (value == null || value.isNull()) {
			return false;
		}
		if (!value.isBoolean()) {
			throw new InvalidMessageException("'%s' must be true or false".formatted(field));
		}
		return value.booleanValue();
	}

	private static @Nullable Duration retry(JsonNode body) throws InvalidMessageException {
		JsonNode value = body.get("retry");
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong()) {
			throw new InvalidMessageException("'retry' must be a number of milliseconds");
		}
		return Duration.ofMillis(value.longValue());
	}

}
