package io.github.ssehub;

import java.util.Map;
import java.util.Set;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static io.github.ssehub.ConnectionState.CLOSED;
import static io.github.ssehub.ConnectionState.CLOSING;
import static io.github.ssehub.ConnectionState.CREATED;
import static io.github.ssehub.ConnectionState.OPEN;
import static io.github.ssehub.ConnectionState.OPENING;
import static io.github.ssehub.ConnectionState.REPLAYING;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionState}.
 */
class ConnectionStateTests {

	private static final Map<ConnectionState, Set<ConnectionState>> TRANSITIONS = Map.of(CREATED,
			Set.of(OPENING, CLOSED), OPENING, Set.of(REPLAYING, OPEN, CLOSING, CLOSED), REPLAYING,
			Set.of(OPEN, CLOSING, CLOSED), OPEN, Set.of(CLOSING, CLOSED), CLOSING, Set.of(CLOSED), CLOSED, Set.of());

	@ParameterizedTest
	@EnumSource
	void becomesWhatItsTableSaysAndNothingElse(ConnectionState from) {
		for (ConnectionState to : ConnectionState.values()) {
			assertThat(from.canBecome(to)).as(from + " to " + to).isEqualTo(TRANSITIONS.get(from).contains(to));
		}
	}

}
