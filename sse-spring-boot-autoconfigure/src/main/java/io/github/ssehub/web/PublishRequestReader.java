package io.github.ssehub.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.SseEvent;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpStatus;

/**
 * Reads the event of a request that publishes one. Every field is checked by hand, so
 * that the answer names the field and says what it takes.
 */
final class PublishRequestReader {

	private static final Set<String> FIELDS = Set.of("event", "data", "id", "key", "retry", "ephemeral");

	private final ObjectReader reader;

	private final int maxBytes;

	PublishRequestReader(JsonMapper jsonMapper, int maxBytes) {
		this.reader = jsonMapper.readerFor(JsonNode.class)
			.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
			.with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
		this.maxBytes = maxBytes;
	}

	SseEvent read(HttpServletRequest request) throws IOException {
		JsonNode body = parse(readBody(request));
		if (!body.isObject()) {
			throw badRequest("The body must be a JSON object such as {\"event\":\"news\",\"data\":\"Hello\"}");
		}
		for (String field : body.propertyNames()) {
			if (!FIELDS.contains(field)) {
				throw badRequest("'%s' is not a field of an event: use %s".formatted(field, new TreeSet<>(FIELDS)));
			}
		}
		String name = text(body, "event");
		Boolean ephemeral = flag(body, "ephemeral");
		SseEvent.Builder event = SseEvent.named((name != null) ? name : SseEvent.DEFAULT_NAME)
			.data(data(body))
			.id(text(body, "id"))
			.key(text(body, "key"))
			.retry(retry(body));
		return event.ephemeral(ephemeral != null && ephemeral).build();
	}

	/**
	 * Reads at most one byte more than is allowed, whatever the client announced.
	 */
	private byte[] readBody(HttpServletRequest request) throws IOException {
		if (request.getContentLengthLong() > this.maxBytes) {
			throw tooLarge();
		}
		InputStream input = request.getInputStream();
		byte[] body = input.readNBytes(this.maxBytes + 1);
		if (body.length > this.maxBytes) {
			throw tooLarge();
		}
		if (body.length == 0) {
			throw badRequest("The body is empty: send a JSON object such as {\"event\":\"news\",\"data\":\"Hello\"}");
		}
		return body;
	}

	private ProblemException tooLarge() {
		return new ProblemException(HttpStatus.CONTENT_TOO_LARGE,
				"The body has more than the %d bytes that sse.max-event-size allows".formatted(this.maxBytes));
	}

	private JsonNode parse(byte[] body) {
		try {
			return this.reader.readValue(body);
		}
		catch (JacksonException ex) {
			String place = (ex.getLocation() != null)
					? " at line %d, column %d".formatted(ex.getLocation().getLineNr(), ex.getLocation().getColumnNr())
					: "";
			throw badRequest("The body is not valid JSON" + place);
		}
	}

	private static Object data(JsonNode body) {
		JsonNode data = body.get("data");
		if (data == null) {
			throw badRequest("'data' is missing: give a string, which is sent as it is, or any other JSON value");
		}
		return data.isString() ? data.stringValue() : data;
	}

	private static @Nullable String text(JsonNode body, String field) {
		JsonNode value = body.get(field);
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isString()) {
			throw badRequest("'%s' must be a string".formatted(field));
		}
		return value.stringValue();
	}

	private static @Nullable Boolean flag(JsonNode body, String field) {
		JsonNode value = body.get(field);
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isBoolean()) {
			throw badRequest("'%s' must be true or false".formatted(field));
		}
		return value.booleanValue();
	}

	private static @Nullable Duration retry(JsonNode body) {
		JsonNode value = body.get("retry");
		if (value == null || value.isNull()) {
			return null;
		}
		if (!value.isIntegralNumber() || !value.canConvertToLong()) {
			throw badRequest("'retry' must be a number of milliseconds");
		}
		return Duration.ofMillis(value.longValue());
	}

	private static ProblemException badRequest(String detail) {
		return new ProblemException(HttpStatus.BAD_REQUEST, detail);
	}

}
