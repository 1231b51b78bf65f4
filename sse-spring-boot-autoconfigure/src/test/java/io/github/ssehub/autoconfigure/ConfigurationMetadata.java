package io.github.ssehub.autoconfigure;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an editor reads of the properties.
 */
record ConfigurationMetadata(JsonNode root) {

	private static final String RESOURCE = "/META-INF/spring-configuration-metadata.json";

	static ConfigurationMetadata load() throws IOException {
		try (InputStream metadata = ConfigurationMetadata.class.getResourceAsStream(RESOURCE)) {
			if (metadata == null) {
				throw new FileNotFoundException(RESOURCE);
			}
			return new ConfigurationMetadata(JsonMapper.shared().readTree(metadata));
		}
	}

	Stream<Item> groups() {
		return items("groups");
	}

	Stream<Item> properties() {
		return items("properties");
	}

	Stream<Item> hints() {
		return items("hints");
	}

	private Stream<Item> items(String kind) {
		return this.root.path(kind).valueStream().map(Item::new);
	}

	/**
	 * A group, a property or a hint.
	 */
	record Item(JsonNode node) {

		String name() {
			return this.node.get("name").stringValue();
		}

		String type() {
			return this.node.path("type").asString("");
		}

		boolean hasType(Class<?>... types) {
			return Arrays.stream(types).anyMatch((type) -> type.getName().equals(type()));
		}

		String description() {
			return this.node.path("description").asString("");
		}

		JsonNode defaultValue() {
			return this.node.path("defaultValue");
		}

		Stream<JsonNode> values() {
			return this.node.path("values").valueStream();
		}

		@Override
		public String toString() {
			return name();
		}

	}

}
