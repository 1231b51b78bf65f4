package io.github.ssehub;

import java.util.EnumSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CloseReason} and its sibling {@link DropReason}.
 */
class CloseReasonTests {

	@Test
	void isFinalOnlyWhenSomebodyAskedForIt() {
		assertThat(EnumSet.allOf(CloseReason.class)).filteredOn((reason) -> !reason.isReconnect())
			.containsExactly(CloseReason.DISCONNECTED, CloseReason.SUPERSEDED);
	}

	/**
	 * Dashboards and alerts are written against these words.
	 */
	@Test
	void isTaggedInKebabCase() {
		assertThat(CloseReason.values()).extracting(CloseReason::tag)
			.containsExactly("client-gone", "client-timeout", "slow-consumer", "max-lifetime", "shutdown", "completed",
					"error", "disconnected", "superseded");
		assertThat(DropReason.values()).extracting(DropReason::tag)
			.containsExactly("drop-oldest", "drop-newest", "conflated", "closed");
	}

}
