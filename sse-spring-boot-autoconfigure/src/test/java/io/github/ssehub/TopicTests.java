package io.github.ssehub;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Topic}.
 */
class TopicTests {

	@ParameterizedTest
	@ValueSource(strings = { "news", "approval:pending", "a b", "*", "a/b", "\u00E9", "\uD83D\uDE00", "a.b-c_d~" })
	void isItsName(String name) {
		assertThat(new Topic(name).name()).isEqualTo(name);
		assertThat(new Topic(name)).hasToString(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "a,b", ",", "a," })
	void hasNoComma(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Topic(name))
			.withMessage("'topic' must not contain a comma: '%s'", name);
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", " a", "a ", "\u3000a" })
	void hasNoWhiteSpaceAtEitherEnd(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new Topic(name))
			.withMessage("'topic' must not begin or end with white space: '%s'", name);
	}

	@Test
	void hasUpTo128Bytes() {
		assertThat(new Topic("t".repeat(128)).name()).hasSize(128);
		assertThatIllegalArgumentException().isThrownBy(() -> new Topic("t".repeat(129)))
			.withMessage("'topic' must not be longer than 128 bytes but has 129");
		assertThatIllegalArgumentException().isThrownBy(() -> new Topic("\u20AC".repeat(43)));
	}

}
