package io.github.ssehub.web;

import io.github.ssehub.internal.hub.LastEventId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LastEventIds}.
 */
class LastEventIdsTests {

	@Test
	void aClientThatSaysNothingStartsAfresh() {
		assertThat(newest("", "")).isNull();
		assertThat(LastEventIds.newest(new MockHttpServletRequest())).isNull();
	}

	/**
	 * Parameters and headers are separated by blanks.
	 */
	@ParameterizedTest
	@CsvSource(textBlock = """
			# parameters      , headers    , expected
			e.5               , none       , e.5
			none              , e.5        , e.5
			# an empty header is none
			e.5               , empty      , e.5
			empty e.5         , none       , e.5
			# the newest of one epoch, wherever it is
			e.5               , e.7        , e.7
			e.7               , e.5        , e.7
			e.5 e.7           , none       , e.7
			e.7 e.5           , none       , e.7
			e.5               , e.7 e.6    , e.7
			# of different epochs that of the header, or else of the last parameter
			old.900           , e.5        , e.5
			old.900 e.5       , none       , e.5
			e.9 old.900       , e.5        , e.9
			# what is no position counts only when there is no position
			e.5               , undefined  , e.5
			e.5 rubbish       , none       , e.5
			# the end of a connection for good
			e.5               , e.7.final  , e.7.final
			e.9               , e.7.final  , e.7.final
			e.5 e.7.final     , none       , e.7.final
			old.900           , e.7.final  , e.7.final
			e.7.final         , e.5        , e.7.final
			e.7.final         , e.9        , e.9
			e.7.final         , f.1        , f.1
			""")
	void findsTheNewestPosition(String parameters, String headers, String expected) {
		assertThat(newest(parameters, headers)).isEqualTo(LastEventId.parse(expected));
	}

	@Test
	void aClientThatSaysOnlyWhatIsNoPositionIsUnknown() {
		assertThat(newest("rubbish", "undefined")).isEqualTo(new LastEventId(null, false));
		assertThat(newest("none", "rubbish.final")).isEqualTo(new LastEventId(null, false));
	}

	private static LastEventId newest(String parameters, String headers) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		if (!parameters.equals("none")) {
			for (String parameter : parameters.split(" ")) {
				request.addParameter("lastEventId", parameter.equals("empty") ? "" : parameter);
			}
		}
		if (!headers.equals("none")) {
			for (String header : headers.split(" ")) {
				request.addHeader("Last-Event-ID", header.equals("empty") ? "" : header);
			}
		}
		return LastEventIds.newest(request);
	}

}
