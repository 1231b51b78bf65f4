package io.github.ssehub.autoconfigure;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an editor shows of the properties.
 */
class ConfigurationMetadataTests {

	private ConfigurationMetadata metadata;

	@BeforeEach
	void load() throws IOException {
		this.metadata = ConfigurationMetadata.load();
	}

	@Test
	void describesEveryGroupAndProperty() {
		assertThat(this.metadata.groups()).hasSizeGreaterThan(15)
			.allSatisfy((group) -> assertThat(group.description()).as(group.name()).endsWith("."));
		assertThat(this.metadata.properties()).hasSizeGreaterThan(40)
			.allSatisfy((property) -> assertThat(property.description()).as(property.name()).endsWith("."));
	}

	@Test
	void namesEverythingOnce() {
		assertThat(this.metadata.groups().map(ConfigurationMetadata.Item::name)).doesNotHaveDuplicates();
		assertThat(this.metadata.properties().map(ConfigurationMetadata.Item::name)).doesNotHaveDuplicates();
		assertThat(this.metadata.hints().map(ConfigurationMetadata.Item::name)).doesNotHaveDuplicates();
	}

	/**
	 * An editor shows the default beside the description, and the two would differ one
	 * day.
	 */
	@Test
	void saysADefaultInOnePlaceOnly() {
		assertThat(this.metadata.properties()).filteredOn((property) -> !property.defaultValue().isMissingNode())
			.allSatisfy((property) -> assertThat(property.description()).as(property.name())
				.doesNotContainIgnoringCase("default"));
		assertThat(this.metadata.hints()).allSatisfy((hint) -> assertThat(hint.values())
			.allSatisfy((value) -> assertThat(value.path("description").asString("")).as(hint.name())
				.doesNotContainIgnoringCase("default")));
	}

	@Test
	void writesDefaultsInTheTypeOfTheirProperty() {
		assertThat(this.metadata.properties()).filteredOn((property) -> !property.defaultValue().isMissingNode())
			.allMatch(ConfigurationMetadataTests::isTyped);
	}

	/** Durations, sizes and enum values are text, as in a configuration file. */
	private static boolean isTyped(ConfigurationMetadata.Item property) {
		JsonNode value = property.defaultValue();
		if (property.hasType(Boolean.class)) {
			return value.isBoolean();
		}
		return property.hasType(Integer.class, Long.class) ? value.isIntegralNumber() : value.isString();
	}

	@Test
	void hasTheDefaultsThatThePropertiesHave() {
		Map<String, Object> defaults = new LinkedHashMap<>();
		this.metadata.properties()
			.filter((property) -> property.name().startsWith("sse.") && !property.defaultValue().isMissingNode())
			.forEach((property) -> defaults.put(property.name(), property.defaultValue().asString()));
		assertThat(defaults).hasSizeGreaterThan(30);
		SseProperties bound = new Binder(new MapConfigurationPropertySource(defaults))
			.bind("sse", Bindable.of(SseProperties.class))
			.get();
		assertThat(bound).usingRecursiveComparison().isEqualTo(new SseProperties());
	}

	@Test
	void hintsEveryValueOfAnEnum() {
		assertThat(this.metadata.properties()).filteredOn((property) -> property.name().startsWith("sse."))
			.filteredOn((property) -> enumOf(property) != null)
			.hasSizeGreaterThan(3)
			.allSatisfy((property) -> {
				Set<String> values = Arrays.stream(enumOf(property).getEnumConstants())
					.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
					.collect(Collectors.toSet());
				assertThat(hinted(property.name())).as(property.name()).hasSameElementsAs(values);
			});
	}

	@Test
	void hintsValuesThatWork() {
		List<String> names = this.metadata.properties().map(ConfigurationMetadata.Item::name).toList();
		assertThat(this.metadata.hints()).hasSizeGreaterThan(10).allSatisfy((hint) -> {
			assertThat(names).contains(hint.name());
			assertThat(hinted(hint.name())).isNotEmpty().allSatisfy((value) -> {
				SseProperties properties = new Binder(new MapConfigurationPropertySource(Map.of(hint.name(), value)))
					.bind("sse", Bindable.of(SseProperties.class))
					.get();
				PropertyChecks.check(properties);
			});
		});
	}

	private List<String> hinted(String property) {
		return this.metadata.hints()
			.filter((hint) -> hint.name().equals(property))
			.flatMap(ConfigurationMetadata.Item::values)
			.map((value) -> value.get("value"))
			.map(JsonNode::asString)
			.toList();
	}

	private static Class<?> enumOf(ConfigurationMetadata.Item property) {
		String type = property.type();
		if (type.contains("<")) {
			return null;
		}
		Class<?> found = ClassUtils.resolveClassName(type, ConfigurationMetadataTests.class.getClassLoader());
		return found.isEnum() ? found : null;
	}

}
