package io.github.ssehub.log;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Position}.
 */
class PositionTests {

	@ParameterizedTest
	@CsvSource({ "a.0,a,0", "0.1,0,1", "Az09_~=-.42,Az09_~=-,42", "e.999999999999999999,e,999999999999999999" })
	void readsWhatItWrites(String text, String epoch, long offset) {
		assertThat(Position.parse(text)).isEqualTo(new Position(epoch, offset));
		assertThat(new Position(epoch, offset)).hasToString(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "a", "a.", ".1", "1", "a.01", "a.-1", "a.+1", "a.1.2", "a.1 ", " a.1", "a.1\n",
			"a .1", "a,b.1", "\u00E9.1", "a.\u0661", "a.0x1", "a.1e3", "a.1000000000000000000",
			"a.99999999999999999999999", "a\u0000.1", "*.1", "a.1.final" })
	void isNotReadFromAnythingElse(String text) {
		assertThat(Position.parse(text)).isNull();
	}

	@Test
	void isNotReadFromTextThatIsTooLong() {
		assertThat(Position.parse("e".repeat(64) + ".1")).isNotNull();
		assertThat(Position.parse("e".repeat(65) + ".1")).isNull();
		assertThat(Position.parse("e".repeat(1 << 20) + ".1")).isNull();
		assertThat(Position.parse("e." + "1".repeat(1 << 20))).isNull();
	}

	/**
	 * Whatever a client sends, it is a position or none; nothing fails.
	 */
	@Test
	void readsRubbishAsNothing() {
		Random random = new Random(1);
		String alphabet = "az09._~=-+ \n\u0000\u00E9\uD83D";
		for (int i = 0; i < 20_000; i++) {
			StringBuilder text = new StringBuilder();
			int length = random.nextInt(12);
			for (int j = 0; j < length; j++) {
				text.append(alphabet.charAt(random.nextInt(alphabet.length())));
			}
			Position position = Position.parse(text.toString());
			if (position != null) {
				assertThat(position).hasToString(text.toString());
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a.b", "a b", "a\n", "a,", "\u00E9" })
	void refusesAnEpochThatCouldNotBeSentBack(String epoch) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Position(epoch, 1))
			.withMessageStartingWith("'epoch' must match");
	}

	@Test
	void refusesAnEpochThatIsTooLong() {
		assertThat(new Position("e".repeat(64), 0).toString()).hasSize(66);
		assertThatIllegalArgumentException().isThrownBy(() -> new Position("e".repeat(65), 0));
	}

	@Test
	void refusesANegativeOffset() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Position("a", -1))
			.withMessage("'offset' must not be negative but is -1");
	}

	@Test
	void keepsTheEpochAtAnotherOffset() {
		assertThat(new Position("a", 1).at(7)).isEqualTo(new Position("a", 7));
	}

}
