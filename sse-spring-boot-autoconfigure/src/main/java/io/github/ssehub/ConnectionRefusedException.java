package io.github.ssehub;

import java.time.Duration;

/**
 * A connection could not be opened. Nothing had been written to the client. The status is
 * 429 for {@link Reason#USER_LIMIT} and 503 otherwise.
 */
public class ConnectionRefusedException extends RetryLaterException {

	private final Reason reason;

	/**
	 * Creates the exception.
	 * @param reason why
	 * @param retryAfter when the client may try again
	 * @param message what to tell the client
	 */
	public ConnectionRefusedException(Reason reason, Duration retryAfter, String message) {
		super((reason == Reason.USER_LIMIT) ? 429 : 503, retryAfter, message, null);
		this.reason = reason;
	}

	/**
	 * Why the connection was refused.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * Why a connection is refused.
	 */
	public enum Reason {

		/**
		 * {@code sse.max-connections} are open.
		 */
		FULL,

		/**
		 * So many calls of connection listeners wait that no more may come.
		 */
		LISTENERS_BEHIND,

		/**
		 * The user has {@code sse.max-connections-per-user} open, and
		 * {@code sse.user-limit-policy} lets none of them give way.
		 */
		USER_LIMIT,

		/**
		 * The application is shutting down.
		 */
		DRAINING

	}

}
