package io.github.ssehub;

import org.jspecify.annotations.Nullable;

/**
 * Something was sent to a connection that is over, or that ended because the client did
 * not take it in time. Nothing more can be sent to it.
 */
public class ConnectionClosedException extends IllegalStateException {

	private final @Nullable CloseReason reason;

	/**
	 * Creates the exception.
	 * @param reason why the connection ended, or {@code null} if it was never opened
	 * @param message what to tell whoever sends
	 */
	public ConnectionClosedException(@Nullable CloseReason reason, String message) {
		super(message);
		this.reason = reason;
	}

	/**
	 * Why the connection ended.
	 * @return the reason; {@code null} if it was never opened, because its request was
	 * refused or needed no stream
	 */
	public @Nullable CloseReason getReason() {
		return this.reason;
	}

}
