package io.github.ssehub;

import org.springframework.http.HttpStatus;

/**
 * An event is larger than {@code sse.max-event-size}. Nothing was published. The status
 * is 413.
 */
public class EventTooLargeException extends InvalidArgumentException {

	/**
	 * Creates the exception.
	 * @param size the size of the encoded event, in bytes
	 * @param limit the limit, in bytes
	 */
	public EventTooLargeException(long size, long limit) {
		super(HttpStatus.CONTENT_TOO_LARGE,
				"The event has %d bytes, more than the %d that sse.max-event-size allows".formatted(size, limit));
	}

}
