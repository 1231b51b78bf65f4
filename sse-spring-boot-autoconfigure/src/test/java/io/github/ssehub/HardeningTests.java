package io.github.ssehub;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.ssehub.internal.wire.EventEncoder;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.Position;
import io.github.ssehub.test.EventStreamParser;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What somebody who means harm may try: fields that write further fields, and data that
 * writes further events.
 */
class HardeningTests {

	/**
	 * All the ways in which a name gets into this library, with the bytes it may have.
	 */
	private static final Map<String, Integer> LIMITS = Map.of("event", 128, "filter", 128, "key", 128, "id", 128,
			"topic", 128, "target topic", 128, "target topics", 128, "user", 256, "users", 256, "connection", 128);

	private static Consumer<String> entrance(String name) {
		return switch (name) {
			case "event" -> (value) -> SseEvent.of(value, "data");
			case "filter" -> SseEvent::requireName;
			case "key" -> (value) -> SseEvent.named("news").key(value);
			case "id" -> (value) -> SseEvent.named("news").id(value);
			case "topic" -> Topic::new;
			case "target topic" -> Target::topic;
			case "target topics" -> (value) -> Target.topics(List.of("fine", value));
			case "user" -> Target::user;
			case "users" -> (value) -> Target.users(List.of("fine", value));
			case "connection" -> Target::connection;
			default -> throw new IllegalArgumentException(name);
		};
	}

	static Stream<Arguments> malformedNames() {
		List<String> malformed = List.of("", "a\rb", "a\nb", "a\r\nb", "\n", "a\n\ndata: x", "a\u0000b", "\u0000",
				"a\tb", "a\u000Bb", "a\fb", "a\u001Bb", "a\u007Fb", "a\u0085b", "a\u009Fb", "a\u2028b", "a\u2029b",
				"a\uD800", "\uD800b", "a\uDC00b", "\uDC00", "\uDE00\uD83D", "\uD83D\uD83D\uDE00", "\uD83D\uDE00\uDE00");
		return LIMITS.keySet().stream().flatMap((name) -> malformed.stream().map((value) -> Arguments.of(name, value)));
	}

	@ParameterizedTest
	@MethodSource("malformedNames")
	void refusesAMalformedName(String entrance, String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> entrance(entrance).accept(value))
			// A message that repeats the characters would break the log's lines instead.
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContainPattern("\\p{Cntrl}|\u2028|\u2029"));
	}

	static Stream<String> entrances() {
		return LIMITS.keySet().stream();
	}

	@ParameterizedTest
	@MethodSource("entrances")
	void refusesANameThatIsTooLong(String entrance) {
		int limit = LIMITS.get(entrance);
		entrance(entrance).accept("n".repeat(limit));
		entrance(entrance).accept("\uD83D\uDE00".repeat(limit / 4));
		for (String name : List.of("n".repeat(limit + 1), "\u00E9".repeat(limit / 2) + "n",
				"\uD83D\uDE00".repeat(limit / 4) + "n", "n".repeat(1 << 20))) {
			assertThatIllegalArgumentException().isThrownBy(() -> entrance(entrance).accept(name))
				.withMessageContaining("must not be longer than " + limit + " bytes")
				.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(200));
		}
	}

	@ParameterizedTest
	@MethodSource("entrances")
	void takesANameThatOnlyLooksOdd(String entrance) {
		for (String name : List.of("data: x", ":", "id", "\uFEFFa", "a\u00A0b", "\u00E9", "\u0301", "\uD83D\uDE00",
				"${jndi:x}", "<script>", "'; --", "*", "%00", "\\n")) {
			entrance(entrance).accept(name);
		}
	}

	/**
	 * Whatever data holds, a client gets it in one event, with every line end turned into
	 * a line feed, and the next event is not touched.
	 */
	@Test
	void keepsAnyDataWithinOneEvent() {
		List<String> pieces = List.of("\r", "\n", "\r\n", "\n\r", "data:", "data: ", "data", "event: forged", "event:",
				"id: forged", "id", "retry: 1", ":", ": comment", " ", "\uFEFF", "\u0000", "a", "\u00E9", "\u20AC",
				"\uD83D\uDE00", "\u2028", "\u2029", "\u0085", "\u000B", "{\"a\":1}", "");
		Random random = new Random(20260101);
		for (int i = 0; i < 5000; i++) {
			String data = join(pieces, random);
			String expected = data.replace("\r\n", "\n").replace('\r', '\n');
			boolean named = random.nextBoolean();
			String name = named ? "news" : "message";
			byte[] first = EventEncoder.event("e.1", named ? "news" : null, data);
			byte[] second = entry(named ? "news" : null, random.nextBoolean() ? Duration.ofSeconds(1) : null, data);
			byte[] last = EventEncoder.event(null, null, "next");
			assertThat(EventStreamParser.parse(join(first, second, last))).as(() -> "case with data " + escaped(data))
				.containsExactly(new SseRecorder.Event("e.1", name, expected),
						new SseRecorder.Event("e.2", name, expected), new SseRecorder.Event("e.2", "message", "next"));
		}
	}

	/**
	 * The same at the very beginning of a stream, where a byte order mark is ignored.
	 */
	@Test
	void keepsAByteOrderMarkThatBeginsTheDataOfTheFirstEvent() {
		assertThat(EventStreamParser.parse(EventEncoder.event(null, null, "\uFEFFa\n\uFEFFb")))
			.containsExactly(new SseRecorder.Event("", "message", "\uFEFFa\n\uFEFFb"));
	}

	private static byte[] entry(String name, Duration retry, String data) {
		LogRecord record = new LogRecord(Target.broadcast(), "news", null, null, false,
				EventEncoder.fields(name, retry, data));
		return new LogEntry(new Position("e", 2), record, 0).frame();
	}

	private static String join(List<String> pieces, Random random) {
		StringBuilder text = new StringBuilder();
		int count = random.nextInt(10);
		for (int i = 0; i < count; i++) {
			text.append(pieces.get(random.nextInt(pieces.size())));
		}
		return text.toString();
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream joined = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			joined.writeBytes(part);
		}
		return joined.toByteArray();
	}

	private static String escaped(String text) {
		StringBuilder escaped = new StringBuilder();
		text.chars().forEach((character) -> escaped.append("\\u%04X".formatted(character)));
		return escaped.append(" = ").append(text.getBytes(StandardCharsets.UTF_8).length).append(" bytes").toString();
	}

}
