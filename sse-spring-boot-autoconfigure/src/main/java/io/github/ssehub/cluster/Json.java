package io.github.ssehub.cluster;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JSON of the messages. It has a mapper of its own, because what an application
 * changes in its mapper must not change what nodes understand. What is missing or unknown
 * is no error: during an upgrade nodes of two releases talk to each other.
 */
final class Json {

	private static final JsonMapper mapper = JsonMapper.builder()
		.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
		.build();

	private Json() {
	}

	static byte[] write(Object value) {
		return mapper.writeValueAsBytes(value);
	}

	static <T> T read(byte[] json, Class<T> type) {
		return require(mapper.readValue(json, type));
	}

	static JsonNode tree(Object value) {
		return mapper.valueToTree(value);
	}

	static <T> T value(JsonNode tree, Class<T> type) {
		return require(mapper.treeToValue(tree, type));
	}

	/** The text {@code null} is JSON. */
	private static <T> T require(@Nullable T value) {
		if (value == null) {
			throw new IllegalArgumentException("null");
		}
		return value;
	}

}
