package io.github.ssehub.internal.wire;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventEncoder}.
 */
class EventEncoderTests {

	@Test
	void writesIdNameAndDataThenAnEmptyLine() {
		assertThat(text(EventEncoder.event("e.1", "news", "hello"))).isEqualTo("id: e.1\nevent: news\ndata: hello\n\n");
	}

	@Test
	void leavesOutWhatIsNotThere() {
		assertThat(text(EventEncoder.event(null, null, "hello"))).isEqualTo("data: hello\n\n");
		assertThat(text(EventEncoder.fields(null, null, "hello"))).isEqualTo("data: hello\n");
	}

	@Test
	void writesFieldsWithoutIdAndEmptyLine() {
		assertThat(text(EventEncoder.fields("news", Duration.ofSeconds(3), "hello")))
			.isEqualTo("event: news\nretry: 3000\ndata: hello\n");
	}

	/**
	 * The escapes are written out so that the source has none of these characters.
	 */
	@ParameterizedTest
	@CsvSource({ "'',[]", "a,[a]", "a|n,[a][]", "|n,[][]", "a|nb,[a][b]", "a|rb,[a][b]", "a|r|nb,[a][b]",
			"a|n|nb,[a][][b]", "a|r|rb,[a][][b]", "a|n|rb,[a][][b]", "a|r|n|r|nb,[a][][b]", "a|r|r|nb,[a][][b]",
			"a|r,[a][]", "a|r|n,[a][]", "' a',[ a]", "data: a,[data: a]", ":a,[:a]" })
	void writesOneDataLineForEachLineOfData(String data, String lines) {
		StringBuilder text = new StringBuilder();
		EventEncoder.appendData(text, data.replace("|r", "\r").replace("|n", "\n"));
		String expected = lines.replace("[", "data: ").replace("]", "\n");
		assertThat(text).hasToString(expected);
	}

	@Test
	void leavesOtherLineSeparatorsAlone() {
		assertThat(text(EventEncoder.event(null, null, "a\u2028b\u2029c\u0085d\u000Be\ff")))
			.isEqualTo("data: a\u2028b\u2029c\u0085d\u000Be\ff\n\n");
	}

	@Test
	void writesUtf8() {
		assertThat(EventEncoder.event(null, "\u00E9", "\u20AC\uD83D\uDE00"))
			.isEqualTo("event: \u00E9\ndata: \u20AC\uD83D\uDE00\n\n".getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void writesWellFormedUtf8WhenDataIsMalformed() {
		assertThat(text(EventEncoder.event(null, null, "a\uD800b\nc\uDC00"))).isEqualTo("data: a?b\ndata: c?\n\n");
	}

	@Test
	void writesRetryOnItsOwn() {
		assertThat(text(EventEncoder.retry(Duration.ofMillis(1500)))).isEqualTo("retry: 1500\n\n");
		assertThat(text(EventEncoder.retry(Duration.ZERO))).isEqualTo("retry: 0\n\n");
	}

	@Test
	void writesComments() {
		assertThat(text(EventEncoder.comment("heartbeat"))).isEqualTo(": heartbeat\n\n");
		assertThat(text(EventEncoder.comment(""))).isEqualTo(":\n\n");
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
