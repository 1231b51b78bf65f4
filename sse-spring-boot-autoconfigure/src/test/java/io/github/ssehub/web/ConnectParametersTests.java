package io.github.ssehub.web;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link ConnectParameters}.
 */
class ConnectParametersTests {

	@ParameterizedTest
	@CsvSource({ "topic,topics", "topics[],topics", "topics[0],topics", "Topics,topics", "event,events",
			"events[],events", "lasteventid,lastEventId", "last-event-id,lastEventId", "Last-Event-ID,lastEventId",
			"last_event_id,lastEventId", "lastEventID,lastEventId" })
	void refusesWhatIsMeantForTheEndpointButWrittenInAnotherWay(String name, String right) {
		assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> check(name))
			.withMessage("There is no parameter '%s': write '%s'", name, right);
	}

	@ParameterizedTest
	@ValueSource(strings = { "topics", "events", "lastEventId", "_", "access_token", "eventType", "nocache", "topic2",
			"events.v2", "_event", "_topics", "topic[name]", "event:id" })
	void takesAllOthers(String name) {
		assertThatNoException().isThrownBy(() -> check(name));
	}

	private static void check(String name) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.addParameter(name, "x");
		ConnectParameters.refuseLookalikes(request);
	}

}
