package io.github.ssehub.web;

import java.util.Locale;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Refuses parameters that are meant for {@code /connect} but are written in another way,
 * such as {@code topic} or {@code topics[]}. A client whose topics were passed over would
 * wait for events that never come. Other parameters may be there for whatever reason.
 */
final class ConnectParameters {

	private static final Map<String, String> NAMES = Map.of("topic", "topics", "topics", "topics", "event", "events",
			"events", "events", "lasteventid", "lastEventId");

	private ConnectParameters() {
	}

	static void refuseLookalikes(HttpServletRequest request) {
		for (String name : request.getParameterMap().keySet()) {
			String right = rightName(name);
			if (right != null && !right.equals(name)) {
				throw new ProblemException(HttpStatus.BAD_REQUEST,
						"There is no parameter '%s': write '%s'".formatted(name, right));
			}
		}
	}

	private static @Nullable String rightName(String name) {
		if (name.startsWith("_")) {
			// Proxies and scripts mark what is theirs so.
			return null;
		}
		return NAMES.get(name.toLowerCase(Locale.ROOT).replaceAll("\\[\\d*]$|[-_]", ""));
	}

}
