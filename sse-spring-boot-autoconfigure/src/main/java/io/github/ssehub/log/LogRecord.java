package io.github.ssehub.log;

import io.github.ssehub.Target;
import org.jspecify.annotations.Nullable;

/**
 * What is appended to a log: an event on its way, encoded once and for all.
 *
 * @param target whom it is for
 * @param name the event name
 * @param key what the event is about, for conflation
 * @param id the idempotency key
 * @param ephemeral whether it is delivered but not kept
 * @param fields the event's {@code event}, {@code retry} and {@code data} lines as they
 * go to the wire, in UTF-8, each ended by a line feed; must not be modified
 * @param traceparent what caused it, as the W3C's header of that name says it;
 * {@code null} if nobody traces. It goes with the record to every node and not to clients
 */
public record LogRecord(Target target, String name, @Nullable String key, @Nullable String id, boolean ephemeral,
		byte[] fields, @Nullable String traceparent) {

	/**
	 * Creates a record that nobody traces.
	 * @param target whom it is for
	 * @param name the event name
	 * @param key what the event is about, for conflation
	 * @param id the idempotency key
	 * @param ephemeral whether it is delivered but not kept
	 * @param fields the event's lines as they go to the wire
	 */
	public LogRecord(Target target, String name, @Nullable String key, @Nullable String id, boolean ephemeral,
			byte[] fields) {
		this(target, name, key, id, ephemeral, fields, null);
	}

}
