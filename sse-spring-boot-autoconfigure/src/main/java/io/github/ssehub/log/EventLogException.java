package io.github.ssehub.log;

import java.time.Duration;

import io.github.ssehub.RetryLaterException;
import org.jspecify.annotations.Nullable;

/**
 * A log does not work at the moment. The caller may try again. The status is 503.
 */
public class EventLogException extends RetryLaterException {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	/**
	 * Creates the exception.
	 * @param message what does not work
	 * @param cause why, or {@code null}
	 */
	public EventLogException(String message, @Nullable Throwable cause) {
		super(503, RETRY_AFTER, message, cause);
	}

}
