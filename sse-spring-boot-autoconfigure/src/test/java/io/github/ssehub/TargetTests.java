package io.github.ssehub;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Target}.
 */
class TargetTests {

	@Test
	void namesWhomAnEventIsFor() {
		assertThat(Target.broadcast()).isEqualTo(new Target(Target.Type.BROADCAST, Set.of()));
		assertThat(Target.user("alice")).isEqualTo(new Target(Target.Type.USER, Set.of("alice")));
		assertThat(Target.topic("news")).isEqualTo(new Target(Target.Type.TOPIC, Set.of("news")));
		assertThat(Target.topics(List.of("news", "sport")))
			.isEqualTo(new Target(Target.Type.TOPIC, Set.of("news", "sport")));
		assertThat(Target.connection("c-1")).isEqualTo(new Target(Target.Type.CONNECTION, Set.of("c-1")));
	}

	@Test
	void namesATopicOnce() {
		assertThat(Target.topics(List.of("news", "news"))).isEqualTo(Target.topic("news"));
	}

	@Test
	void copiesNames() {
		List<String> topics = new ArrayList<>(List.of("news"));
		Target target = Target.topics(topics);
		topics.add("sport");
		assertThat(target.names()).containsExactly("news");
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> target.names().add("sport"));
	}

	@Test
	void refusesAsManyNamesAsItsTypeCannotHave() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Target(Target.Type.BROADCAST, Set.of("a")))
			.withMessage("A broadcast must not name anybody");
		assertThatIllegalArgumentException().isThrownBy(() -> new Target(Target.Type.USER, Set.of("a", "b")))
			.withMessage("'user' must name one user");
		assertThatIllegalArgumentException().isThrownBy(() -> new Target(Target.Type.USER, Set.of()));
		assertThatIllegalArgumentException().isThrownBy(() -> new Target(Target.Type.CONNECTION, Set.of("a", "b")))
			.withMessage("'connection' must name one connection");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topics(List.of()))
			.withMessage("'topics' must not be empty");
	}

	@Test
	void refusesNothingAsAName() {
		assertThatIllegalArgumentException().isThrownBy(() -> Target.user(null))
			.withMessage("'user' must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topic(null))
			.withMessage("'topic' must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.connection(null))
			.withMessage("'connection' must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.user(""));
	}

	@Test
	void refusesATopicThatNobodyCanSubscribeTo() {
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topics(List.of("news", "a,b")));
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topic(" news"));
	}

	@Test
	void hasUserNamesOfUpTo256Bytes() {
		assertThat(Target.user("u".repeat(256)).names()).hasSize(1);
		assertThatIllegalArgumentException().isThrownBy(() -> Target.user("u".repeat(257)))
			.withMessage("'user' must not be longer than 256 bytes but has 257");
	}

	@Test
	void isTaggedInLowerCase() {
		assertThat(Target.Type.values()).extracting(Target.Type::tag)
			.containsExactly("broadcast", "user", "topic", "connection");
	}

}
