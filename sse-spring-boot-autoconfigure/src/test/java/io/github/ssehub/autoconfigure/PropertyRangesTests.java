package io.github.ssehub.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.log.EventLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The bounds of every property, and what is one beyond.
 */
class PropertyRangesTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SseAutoConfiguration.class));

	@Test
	void knowsEveryNumberDurationAndSize() throws IOException {
		List<String> names = ConfigurationMetadata.load()
			.properties()
			.filter((property) -> property.name().startsWith("sse."))
			.filter((property) -> property.hasType(Integer.class, Long.class, Duration.class, DataSize.class))
			.map(ConfigurationMetadata.Item::name)
			.toList();
		assertThat(PropertyChecks.ranges()).extracting(PropertyRange::property)
			.containsExactlyInAnyOrderElementsOf(names);
	}

	@ParameterizedTest
	@MethodSource("ranges")
	void isInTheDocumentation(PropertyRange<?> range) throws IOException {
		String row = Files.readString(Path.of("../docs/reference/configuration.md"))
			.lines()
			.filter((line) -> line.startsWith("| `" + range.property() + "` |"))
			.findFirst()
			.orElse("no row");
		assertThat(row).contains("`" + PropertyText.of(range.least()) + "` to `" + PropertyText.of(range.most()) + "`");
	}

	@ParameterizedTest
	@MethodSource("bounds")
	void startsAndPublishesAtTheBound(String property, String value) {
		this.contextRunner.withPropertyValues(companions(property, value))
			.withPropertyValues(property + "=" + value)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				if (!value.equals("1B")) {
					context.getBean(SsePublisher.class).broadcast(SseEvent.of("x"));
					assertThat(context.getBean(EventLog.class).head().offset()).isOne();
				}
			});
	}

	/** What a bound needs from other properties. */
	private static String[] companions(String property, String value) {
		return switch (property + "=" + value) {
			case "sse.client-timeout=10s" -> new String[] { "sse.heartbeat.interval=5s" };
			case "sse.heartbeat.interval=1d" -> new String[] { "sse.client-timeout=2d" };
			case "sse.max-event-size=1GB" ->
				new String[] { "sse.buffer.bytes=1GB", "sse.source.redis.queue-bytes=1GB" };
			case "sse.buffer.bytes=1B", "sse.source.redis.queue-bytes=1B" -> new String[] { "sse.max-event-size=1B" };
			default -> new String[0];
		};
	}

	@ParameterizedTest
	@MethodSource("valuesBeyond")
	void stopsTheStartOneBeyondTheBound(PropertyRange<?> range, String value) {
		FailureAnalysis analysis = failure(range.property() + "=" + value);
		assertThat(analysis.getDescription()).isEqualTo(
				"Property %s with value '%s' is invalid: it must be between %s and %s", range.property(), value,
				PropertyText.of(range.least()), PropertyText.of(range.most()));
		assertThat(analysis.getAction())
			.isEqualTo("Set %s to something like %s.".formatted(range.property(), PropertyText.of(range.example())));
	}

	/** Each of these overflows somewhere if it is let through. */
	@ParameterizedTest
	@CsvSource({ "sse.log.max-age,200000d", "sse.log.idempotency.window,200000d", "sse.client-timeout,200000d",
			"sse.max-lifetime,106751992d", "sse.heartbeat.interval,9223372036854775807s",
			"sse.shutdown.drain-time,300000d", "sse.delivery.inbox-events,1073741825",
			"sse.delivery.inbox-events,2147483647", "sse.max-connections,2147483647", "sse.log.history,2147483647",
			"sse.max-event-size,2147483648B", "sse.buffer.bytes,8388607TB", "sse.cors.max-age,-1s" })
	void stopsTheStartWithWhatWouldOverflow(String property, String value) {
		assertThat(failure(property + "=" + value).getDescription()).startsWith("Property " + property + " with value");
	}

	@Test
	void writesValuesTheWayTheyAreConfigured() {
		assertThat(Stream
			.of(Duration.ZERO, Duration.ofMillis(1500), Duration.ofSeconds(90), Duration.ofSeconds(-60),
					Duration.ofHours(48), Duration.ofNanos(1), DataSize.ofBytes(0), DataSize.ofBytes(1025),
					DataSize.ofKilobytes(1536), DataSize.ofTerabytes(3), 7, "x")
			.map(PropertyText::of)).containsExactly("0s", "1500ms", "90s", "-1m", "2d", "PT0.000000001S", "0B", "1025B",
					"1536KB", "3TB", "7", "x");
	}

	private FailureAnalysis failure(String setting) {
		FailureAnalysis[] analysis = new FailureAnalysis[1];
		this.contextRunner.withPropertyValues(setting).run((context) -> {
			assertThat(context).hasFailed();
			analysis[0] = new SseConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
		});
		assertThat(analysis[0]).isNotNull();
		return analysis[0];
	}

	static List<PropertyRange<?>> ranges() {
		return PropertyChecks.ranges();
	}

	static Stream<Arguments> bounds() {
		return ranges().stream()
			.flatMap((range) -> Stream.of(range.least(), range.most())
				.map((bound) -> Arguments.of(range.property(), PropertyText.of(bound))));
	}

	static Stream<Arguments> valuesBeyond() {
		return ranges().stream()
			.flatMap((range) -> Stream.of(beyond(range.least(), -1), beyond(range.most(), 1))
				.map((value) -> Arguments.of(range, PropertyText.of(value))));
	}

	private static Object beyond(Object bound, int step) {
		if (bound instanceof Duration duration) {
			return duration.plusMillis(step);
		}
		return (bound instanceof DataSize size) ? DataSize.ofBytes(size.toBytes() + step) : (Integer) bound + step;
	}

}
