package io.github.ssehub;

import java.time.Duration;

/**
 * A connection could not be opened. Nothing had been written to the client.
 */
public class ConnectionRefusedException extends RuntimeException {

	private final Reason reason;

	private final Duration retryAfter;

	/**
	 * Creates the exception.
	 * @param reason why
	 * @param retryAfter when the client may try again
	 * @param message what to tell the client
	 */
	public ConnectionRefusedException(Reason reason, Duration retryAfter, String message) {
		super(message);
		this.reason = reason;
		this.retryAfter = retryAfter;
	}

	/**
	 * Why the connection was refused.
	 * @return the reason
	 */
	public Reason getReason() {
		return this.reason;
	}

	/**
	 * When the client may try again.
	 * @return the time to wait
	 */
	public Duration getRetryAfter() {
		return this.retryAfter;
	}

	/**
	 * Why a connection is refused.
	 */
	public enum Reason {

		/**
		 * {@code sse.max-connections} are open, or so many calls of connection listeners
		 * wait that no more may come.
		 */
		FULL,

		/**
		 * The user has {@code sse.max-connections-per-user} open.
		 */
		USER_LIMIT,

		/**
		 * The application is shutting down.
		 */
		DRAINING

	}

}
