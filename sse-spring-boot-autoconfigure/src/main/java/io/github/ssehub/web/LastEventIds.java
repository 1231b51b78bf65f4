package io.github.ssehub.web;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.github.ssehub.internal.hub.LastEventId;
import io.github.ssehub.log.Position;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * Finds out where a client is. It may say so several times: a browser repeats the address
 * it was given, with the parameter of a page that was loaded long ago, and adds the
 * header when it reconnects. A client that cannot set the header adds a parameter to
 * those that are there.
 */
final class LastEventIds {

	private static final String HEADER = "Last-Event-ID";

	private static final String PARAMETER = "lastEventId";

	private LastEventIds() {
	}

	/**
	 * Finds the newest position that a request names.
	 *
	 * What is empty says nothing, and what is no position counts only when there is no
	 * position. What was added last, a header after all parameters, tells which life of
	 * the log the client knows, and whether its last connection had ended for good. Of
	 * the positions in that life the one furthest ahead counts.
	 * @param request the request
	 * @return the position; {@code null} when there is none and the client starts afresh
	 */
	static @Nullable LastEventId newest(HttpServletRequest request) {
		List<LastEventId> all = all(request);
		LastEventId newest = last(all);
		if (newest == null) {
			return all.isEmpty() ? null : all.get(0);
		}
		if (newest.last()) {
			return newest;
		}
		for (LastEventId other : all) {
			if (isAhead(other.position(), newest.position())) {
				newest = other;
			}
		}
		return newest;
	}

	private static List<LastEventId> all(HttpServletRequest request) {
		List<LastEventId> all = new ArrayList<>();
		String[] parameters = request.getParameterValues(PARAMETER);
		if (parameters != null) {
			for (String parameter : parameters) {
				add(parameter, all);
			}
		}
		Collections.list(request.getHeaders(HEADER)).forEach((header) -> add(header, all));
		return all;
	}

	private static void add(String text, List<LastEventId> all) {
		LastEventId id = LastEventId.parse(text);
		if (id != null) {
			all.add(id);
		}
	}

	private static @Nullable LastEventId last(List<LastEventId> all) {
		for (int i = all.size() - 1; i >= 0; i--) {
			if (all.get(i).position() != null) {
				return all.get(i);
			}
		}
		return null;
	}

	private static boolean isAhead(@Nullable Position position, @Nullable Position other) {
		return position != null && other != null && position.epoch().equals(other.epoch())
				&& position.offset() > other.offset();
	}

}
