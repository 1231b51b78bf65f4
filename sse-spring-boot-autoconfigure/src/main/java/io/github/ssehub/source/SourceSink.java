package io.github.ssehub.source;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;

/**
 * Takes what a source brings, counts it and logs what is wrong with it, for every source
 * in the same way. Safe for use by any thread; what one thread publishes arrives in that
 * order.
 * <p>
 * No method throws because of a message. Publishing may wait, as
 * {@link io.github.ssehub.SsePublisher} says, so it is nothing for a thread that must not
 * wait, such as an I/O thread of a client library.
 */
public interface SourceSink {

	/**
	 * Publishes an event.
	 * @param target whom it is for
	 * @param event the event
	 * @return what became of it
	 */
	SourceOutcome publish(Target target, SseEvent event);

	/**
	 * Publishes a message in JSON (UTF-8): an event with its target, or a notification
	 * for a user. Both are described in {@code docs/reference/sources.md}. What of it is
	 * logged never holds more than the name of a field.
	 * @param origin where it came from, such as the name of a channel, for the log
	 * @param message the message
	 * @return what became of it
	 */
	SourceOutcome publishJson(String origin, byte[] message);

	/**
	 * Counts and logs a message that the source itself gave up, because it has too many.
	 * @param reason why
	 */
	void reject(String reason);

}
