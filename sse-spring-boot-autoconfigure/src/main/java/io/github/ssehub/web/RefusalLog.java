package io.github.ssehub.web;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.ConnectionRefusedException.Reason;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Logs connections that are refused: the first one at once, and those of the following
 * seconds in one line, however many they are.
 */
final class RefusalLog {

	private static final Log logger = LogFactory.getLog(RefusalLog.class);

	private static final int SECONDS = 10;

	/** Runs a task when the seconds are over. */
	private final Executor later;

	private final Map<Reason, Integer> untold = new EnumMap<>(Reason.class);

	private boolean waiting;

	RefusalLog() {
		this(CompletableFuture.delayedExecutor(SECONDS, TimeUnit.SECONDS));
	}

	RefusalLog(Executor later) {
		this.later = later;
	}

	void refused(ConnectionRefusedException exception, HttpServletRequest request) {
		if (logger.isDebugEnabled()) {
			logger.debug("Refused a connection of %s from %s: %s".formatted(user(request), request.getRemoteAddr(),
					exception.getMessage()));
		}
		if (isFirst(exception.getReason())) {
			log("Refused a connection: " + text(exception.getReason()), exception.getReason() == Reason.DRAINING);
			this.later.execute(this::sumUp);
		}
	}

	/**
	 * The name as one line, whatever a client put into it.
	 */
	private static @Nullable String user(HttpServletRequest request) {
		String user = request.getRemoteUser();
		return (user != null) ? user.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?") : null;
	}

	private synchronized boolean isFirst(Reason reason) {
		if (this.waiting) {
			this.untold.merge(reason, 1, Integer::sum);
			return false;
		}
		this.waiting = true;
		return true;
	}

	private void sumUp() {
		Map<Reason, Integer> counts = take();
		if (!counts.isEmpty()) {
			log("Refused %d more connections within %d seconds: %s".formatted(
					counts.values().stream().mapToInt(Integer::intValue).sum(), SECONDS,
					counts.entrySet()
						.stream()
						.map((entry) -> entry.getValue() + " because " + text(entry.getKey()))
						.collect(Collectors.joining(", "))),
					counts.keySet().equals(Set.of(Reason.DRAINING)));
			this.later.execute(this::sumUp);
		}
	}

	private synchronized Map<Reason, Integer> take() {
		Map<Reason, Integer> counts = new EnumMap<>(Reason.class);
		counts.putAll(this.untold);
		this.untold.clear();
		this.waiting = !counts.isEmpty();
		return counts;
	}

	private static String text(Reason reason) {
		return switch (reason) {
			case FULL -> "sse.max-connections are open";
			case LISTENERS_BEHIND ->
				"the connection listeners of the application are behind; sse_callbacks_waiting tells how far";
			case USER_LIMIT -> "their user has sse.max-connections-per-user open";
			case DRAINING -> "the application shuts down";
		};
	}

	/** A shutdown refuses connections as a matter of course. */
	private static void log(String message, boolean expected) {
		if (expected) {
			logger.info(message);
		}
		else {
			logger.warn(message);
		}
	}

}
