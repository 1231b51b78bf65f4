package io.github.ssehub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

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
		assertThat(Target.users(List.of("alice", "bob", "alice")))
			.isEqualTo(new Target(Target.Type.USER, Set.of("alice", "bob")));
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
		assertThatIllegalArgumentException().isThrownBy(() -> new Target(Target.Type.USER, Set.of()))
			.withMessage("'users' must not be empty");
		assertThatIllegalArgumentException().isThrownBy(() -> new Target(Target.Type.CONNECTION, Set.of("a", "b")))
			.withMessage("'connection' must name one connection");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topics(List.of()))
			.withMessage("'topics' must not be empty");
	}

	/**
	 * Each entry of the log has its target with it, which no size of an event bounds.
	 */
	@Test
	void refusesMoreThanAThousandNames() {
		List<String> names = IntStream.rangeClosed(1, 1001).mapToObj(String::valueOf).toList();
		assertThat(Target.users(names.subList(0, 1000)).names()).hasSize(1000);
		assertThatIllegalArgumentException().isThrownBy(() -> Target.users(names))
			.withMessage("'users' must not name more than 1000 but names 1001: publish several events");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topics(names)).withMessageContaining("'topics'");
	}

	@Test
	void showsItselfInOneBoundedLine() {
		assertThat(Target.topics(List.of("b", "a"))).hasToString("Target[type=TOPIC, names=[a, b]]");
		List<String> many = IntStream.range(0, 1000).mapToObj((i) -> "user-" + i).toList();
		assertThat(Target.users(many).toString()).hasSizeLessThan(200).contains("user-0", "...");
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
		assertThatIllegalArgumentException().isThrownBy(() -> Target.users(null))
			.withMessage("'users' must not be or contain null");
		assertThatIllegalArgumentException().isThrownBy(() -> Target.topics(Arrays.asList("news", null)))
			.withMessage("'topics' must not be or contain null");
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
