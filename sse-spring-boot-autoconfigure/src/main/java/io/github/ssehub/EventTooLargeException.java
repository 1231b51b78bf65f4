package io.github.ssehub;

/**
 * An event is larger than {@code sse.max-event-size}. Nothing was published.
 */
public class EventTooLargeException extends IllegalArgumentException {

	/**
	 * Creates the exception.
	 * @param size the size of the encoded event, in bytes
	 * @param limit the limit, in bytes
	 */
	public EventTooLargeException(long size, long limit) {
		super("The event has %d bytes, more than the %d that sse.max-event-size allows".formatted(size, limit));
	}

}
