package io.github.ssehub;

import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link SseEvent}.
 */
class SseEventTests {

	@Test
	void hasTheDefaultNameWhenNoneIsGiven() {
		SseEvent event = SseEvent.of("hello");
		assertThat(event.name()).isEqualTo("message");
		assertThat(event.data()).isEqualTo("hello");
	}

	@Test
	void hasNothingElseUnlessItIsSet() {
		SseEvent event = SseEvent.of("news", "hello");
		assertThat(event.retry()).isNull();
		assertThat(event.key()).isNull();
		assertThat(event.id()).isNull();
		assertThat(event.ephemeral()).isFalse();
	}

	@Test
	void hasWhatWasSet() {
		Object data = List.of(1, 2);
		SseEvent event = SseEvent.named("news")
			.data(data)
			.retry(Duration.ofSeconds(5))
			.key("key")
			.id("id")
			.ephemeral()
			.build();
		assertThat(event.name()).isEqualTo("news");
		assertThat(event.data()).isSameAs(data);
		assertThat(event.retry()).isEqualTo(Duration.ofSeconds(5));
		assertThat(event.key()).isEqualTo("key");
		assertThat(event.id()).isEqualTo("id");
		assertThat(event.ephemeral()).isTrue();
	}

	@Test
	void losesWhatIsSetToNothing() {
		SseEvent event = SseEvent.named("news")
			.data("hello")
			.retry(Duration.ofSeconds(5))
			.key("key")
			.id("id")
			.ephemeral()
			.retry(null)
			.key(null)
			.id(null)
			.ephemeral(false)
			.build();
		assertThat(event.retry()).isNull();
		assertThat(event.key()).isNull();
		assertThat(event.id()).isNull();
		assertThat(event.ephemeral()).isFalse();
	}

	@Test
	void mayHaveEmptyData() {
		assertThat(SseEvent.of("news", "").data()).isEqualTo("");
	}

	@Test
	void mustHaveData() {
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.named("news").build())
			.withMessage("'data' must not be null");
	}

	@ParameterizedTest
	@ValueSource(strings = { "connected", "reset", "heartbeat", "close" })
	void cannotHaveTheNameOfAnEventOfTheServer(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.of(name, "data"))
			.withMessage("'event' must not be '%s', which the server writes itself", name);
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.named(name));
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.requireName(name));
	}

	@Test
	void mayHaveANameThatLooksLikeAField() {
		assertThat(SseEvent.of("data: x", "data").name()).isEqualTo("data: x");
		assertThat(SseEvent.requireName("message")).isEqualTo("message");
	}

	@Test
	void hasNamesKeysAndIdsOfUpTo128Bytes() {
		String longest = "\u00E9".repeat(64);
		SseEvent event = SseEvent.named(longest).data("data").key(longest).id(longest).build();
		assertThat(event.name()).isEqualTo(longest);
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.named(longest + "a"))
			.withMessage("'event' must not be longer than 128 bytes but has 129");
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.named("news").key(longest + "a"))
			.withMessage("'key' must not be longer than 128 bytes but has 129");
		assertThatIllegalArgumentException().isThrownBy(() -> SseEvent.named("news").id(longest + "a"))
			.withMessage("'id' must not be longer than 128 bytes but has 129");
	}

	@Test
	void hasARetryOfUpToOneDay() {
		SseEvent.Builder builder = SseEvent.named("news").data("data");
		assertThat(builder.retry(Duration.ZERO).build().retry()).isZero();
		assertThat(builder.retry(Duration.ofDays(1)).build().retry()).isEqualTo(Duration.ofDays(1));
		assertThatIllegalArgumentException().isThrownBy(() -> builder.retry(Duration.ofMillis(-1)))
			.withMessage("'retry' must be between 0 and one day but is PT-0.001S");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.retry(Duration.ofDays(1).plusMillis(1)));
	}

	@Test
	void isNotChangedByItsBuilder() {
		SseEvent.Builder builder = SseEvent.named("news").data("first");
		SseEvent event = builder.build();
		builder.data("second").key("key");
		assertThat(event.data()).isEqualTo("first");
		assertThat(event.key()).isNull();
	}

	@Test
	void isEqualToAnEventWithTheSameFields() {
		SseEvent event = event().build();
		assertThat(event).isEqualTo(event().build()).hasSameHashCodeAs(event().build());
		assertThat(event).isNotEqualTo(event().data(List.of(2)).build())
			.isNotEqualTo(event().retry(Duration.ofSeconds(6)).build())
			.isNotEqualTo(event().key("other").build())
			.isNotEqualTo(event().id("other").build())
			.isNotEqualTo(event().ephemeral(false).build())
			.isNotEqualTo(null);
		assertThat(SseEvent.of("a", "x")).isNotEqualTo(SseEvent.of("b", "x"));
	}

	private static SseEvent.Builder event() {
		return SseEvent.named("news").data(List.of(1)).retry(Duration.ofSeconds(5)).key("key").id("id").ephemeral();
	}

	@Test
	void comparesArraysByTheirElements() {
		SseEvent event = SseEvent.of("a", new int[] { 1, 2 });
		assertThat(event).isEqualTo(SseEvent.of("a", new int[] { 1, 2 }))
			.hasSameHashCodeAs(SseEvent.of("a", new int[] { 1, 2 }))
			.isNotEqualTo(SseEvent.of("a", new int[] { 1, 3 }));
	}

	@Test
	void keepsTheTextThatAStringBuilderHadWhenItWasBuilt() {
		StringBuilder text = new StringBuilder("first");
		SseEvent event = SseEvent.of("a", text);
		text.append(" second");
		assertThat(event).isEqualTo(SseEvent.of("a", "first"));
		assertThat(event.data()).isEqualTo("first");
	}

	@Test
	void letsAMockVerifyIt() {
		SsePublisher publisher = mock(SsePublisher.class);
		publisher.publish(Target.user("alice"), SseEvent.of("order", List.of(1)));
		verify(publisher).publish(Target.user("alice"), SseEvent.of("order", List.of(1)));
	}

	@Test
	void showsItselfInOneBoundedLine() {
		assertThat(SseEvent.named("news").data("a\r\nb\tc\u2028\u0000d").key("k").build()).hasToString(
				"SseEvent[name=news, data=a\\r\\nb\\tc\\u2028\\u0000d, retry=null, key=k, id=null, ephemeral=false]");
		String shown = SseEvent.of("news", "\uD83D\uDE00".repeat(10_000)).toString();
		assertThat(shown).hasSizeLessThan(400).contains("... (20000 characters)");
		assertThat(shown.codePoints().filter((point) -> point == 0x1F600)).hasSize(60);
		assertThat(SseEvent.of("news", List.of("\n".repeat(1000))).toString()).hasSizeLessThan(400)
			.doesNotContain("\n");
	}

}
