package io.github.ssehub.internal.hub;

import io.github.ssehub.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends as {@code Last-Event-ID}. It may be anything.
 *
 * @param position where the client is, or {@code null} if it makes no sense
 * @param last whether the client's last connection had ended for good. A browser repeats
 * the id of the {@code close} event when it reconnects, so the end is remembered without
 * any state on the server
 */
public record LastEventId(@Nullable Position position, boolean last) {

	private static final String FINAL_SUFFIX = ".final";

	/**
	 * Reads what a client sent.
	 * @param text the header or parameter, or {@code null}
	 * @return what it means; {@code null} when the client has no id and starts afresh
	 */
	public static @Nullable LastEventId parse(@Nullable String text) {
		if (text == null || text.isEmpty()) {
			return null;
		}
		if (text.endsWith(FINAL_SUFFIX)) {
			Position position = Position.parse(text.substring(0, text.length() - FINAL_SUFFIX.length()));
			return new LastEventId(position, position != null);
		}
		return new LastEventId(Position.parse(text), false);
	}

	/**
	 * The id of the event that ends a connection for good.
	 */
	static String finalId(Position position) {
		return position + FINAL_SUFFIX;
	}

}
