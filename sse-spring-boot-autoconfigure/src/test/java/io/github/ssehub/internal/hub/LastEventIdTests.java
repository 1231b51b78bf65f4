package io.github.ssehub.internal.hub;

import io.github.ssehub.log.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LastEventId}.
 */
class LastEventIdTests {

	@ParameterizedTest
	@NullAndEmptySource
	void isNoneForAClientThatStartsAfresh(String text) {
		assertThat(LastEventId.parse(text)).isNull();
	}

	@Test
	void isAPosition() {
		assertThat(LastEventId.parse("e.5")).isEqualTo(new LastEventId(new Position("e", 5), false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "rubbish", " ", "e.5 ", "e.x", ".final", "final", "e.final", "rubbish.final",
			"e.5.final.final", "e.5.FINAL", "\u0000" })
	void meansNothingWhenItIsAnythingElse(String text) {
		assertThat(LastEventId.parse(text)).isEqualTo(new LastEventId(null, false));
	}

	@Test
	void saysThatTheLastConnectionHadEndedForGood() {
		Position position = new Position("e", 5);
		assertThat(LastEventId.finalId(position)).isEqualTo("e.5.final");
		assertThat(LastEventId.parse(LastEventId.finalId(position))).isEqualTo(new LastEventId(position, true));
	}

}
