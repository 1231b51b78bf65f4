package io.github.ssehub.internal.json;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes the JSON whose names and form the documentation promises. Its mapper
 * has no settings of the application: an inclusion rule would leave out fields that are
 * {@code null}, a naming strategy would rename them.
 */
public final class OwnJson {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	/** What is read goes on to clients, so nothing may be lost or made up. */
	private static final ObjectReader READER = MAPPER.readerFor(JsonNode.class)
		.with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
		.with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
		.with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

	private OwnJson() {
	}

	/**
	 * Writes maps, lists, strings, numbers and trees.
	 * @param value the value
	 * @return its JSON in one line
	 */
	public static String text(Object value) {
		return MAPPER.writeValueAsString(value);
	}

	/**
	 * Writes maps, lists, strings, numbers and trees.
	 * @param value the value
	 * @return its JSON in UTF-8
	 */
	public static byte[] bytes(Object value) {
		return MAPPER.writeValueAsBytes(value);
	}

	/**
	 * The reader of what clients and sources send. It takes strict JSON, refuses repeated
	 * fields and anything after the value, and keeps numbers as they are.
	 * @return the reader
	 */
	public static ObjectReader reader() {
		return READER;
	}

}
