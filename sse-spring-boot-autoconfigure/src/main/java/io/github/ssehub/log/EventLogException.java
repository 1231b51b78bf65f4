package io.github.ssehub.log;

import org.jspecify.annotations.Nullable;

/**
 * A log does not work at the moment. The caller may try again.
 */
public class EventLogException extends RuntimeException {

	/**
	 * Creates the exception.
	 * @param message what does not work
	 * @param cause why, or {@code null}
	 */
	public EventLogException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
