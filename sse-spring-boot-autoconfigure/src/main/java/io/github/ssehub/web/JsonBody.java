package io.github.ssehub.web;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.internal.json.OwnJson;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

import org.springframework.http.HttpStatus;

/**
 * The JSON object in a request. Every field is checked by hand, so that the answer names
 * the field and says what it takes.
 */
final class JsonBody {

	private final JsonNode object;

	private JsonBody(JsonNode object) {
		this.object = object;
	}

	/**
	 * Reads the body of a request.
	 * @param maxBytes the greatest size
	 * @param limit what sets the greatest size
	 * @param example what a body looks like
	 */
	static JsonBody read(HttpServletRequest request, int maxBytes, String limit, String example) throws IOException {
		if (request.getContentLengthLong() > maxBytes) {
			throw tooLarge(maxBytes, limit);
		}
		// One byte too many is enough to know. Memory is taken as the bytes come.
		byte[] bytes = request.getInputStream().readNBytes(maxBytes + 1);
		if (bytes.length > maxBytes) {
			throw tooLarge(maxBytes, limit);
		}
		if (bytes.length == 0) {
			throw badRequest("The body is empty: send a JSON object such as " + example);
		}
		return of(parse(bytes), "The body", example);
	}

	private static JsonBody of(JsonNode value, String what, String example) {
		if (!value.isObject()) {
			throw badRequest("%s must be a JSON object such as %s".formatted(what, example));
		}
		return new JsonBody(value);
	}

	private static JsonNode parse(byte[] body) {
		try {
			return OwnJson.reader().readValue(body);
		}
		catch (JacksonException ex) {
			String place = (ex.getLocation() != null)
					? " at line %d, column %d".formatted(ex.getLocation().getLineNr(), ex.getLocation().getColumnNr())
					: "";
			throw badRequest("The body is not valid JSON" + place);
		}
	}

	/**
	 * Refuses other fields, which are mostly mistakes.
	 * @param what what the fields are of
	 */
	void allowOnly(Set<String> fields, String what) {
		for (String field : this.object.propertyNames()) {
			if (!fields.contains(field)) {
				throw badRequest("'%s' is not a field of %s: use %s".formatted(field, what, new TreeSet<>(fields)));
			}
		}
	}

	/**
	 * The names of the fields that are there and not {@code null}.
	 */
	Set<String> present() {
		Set<String> present = new TreeSet<>(this.object.propertyNames());
		present.removeIf((field) -> this.object.get(field).isNull());
		return present;
	}

	@Nullable JsonNode get(String field) {
		JsonNode value = this.object.get(field);
		return (value == null || value.isNull()) ? null : value;
	}

	@Nullable JsonBody object(String field, String example) {
		JsonNode value = get(field);
		return (value != null) ? of(value, "'%s'".formatted(field), example) : null;
	}

	@Nullable String text(String field) {
		JsonNode value = get(field);
		if (value != null && !value.isString()) {
			throw badRequest("'%s' must be a string".formatted(field));
		}
		return (value != null) ? value.stringValue() : null;
	}

	@Nullable Boolean flag(String field) {
		JsonNode value = get(field);
		if (value != null && !value.isBoolean()) {
			throw badRequest("'%s' must be true or false".formatted(field));
		}
		return (value != null) ? value.booleanValue() : null;
	}

	/**
	 * A list of strings, empty when the field is not there.
	 */
	List<String> texts(String field) {
		JsonNode value = get(field);
		List<String> texts = new ArrayList<>();
		if (value != null) {
			if (!value.isArray()) {
				throw badRequest("'%s' must be a list of strings".formatted(field));
			}
			for (JsonNode text : value) {
				if (!text.isString()) {
					throw badRequest("'%s' must be a list of strings".formatted(field));
				}
				texts.add(text.stringValue());
			}
		}
		return texts;
	}

	/**
	 * The text of any JSON value: a string as it is, anything else as JSON.
	 * @return the text, or {@code null} if there is no such field
	 */
	@Nullable String anyValue(String field) {
		JsonNode value = this.object.get(field);
		if (value == null) {
			return null;
		}
		return value.isString() ? value.stringValue() : OwnJson.text(value);
	}

	private static ProblemException tooLarge(int maxBytes, String limit) {
		return new ProblemException(HttpStatus.CONTENT_TOO_LARGE,
				"The body has more than the %d bytes that %s allows".formatted(maxBytes, limit));
	}

	static ProblemException badRequest(String detail) {
		return new ProblemException(HttpStatus.BAD_REQUEST, detail);
	}

}
