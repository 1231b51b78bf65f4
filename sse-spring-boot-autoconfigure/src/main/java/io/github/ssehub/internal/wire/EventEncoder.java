package io.github.ssehub.internal.wire;

import java.nio.charset.StandardCharsets;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Writes events in the format of WHATWG HTML, section 9.2.5. Line ends are single line
 * feeds. Names and ids were checked when they were made; data may hold anything, so all
 * three of the format's line ends split it.
 */
public final class EventEncoder {

	private EventEncoder() {
	}

	/**
	 * Encodes the lines of an event except its {@code id} and the empty line that ends
	 * it.
	 * @param name the event name, or {@code null} for the default one
	 * @param retry the reconnection time, or {@code null}
	 * @param data the data
	 * @return the lines in UTF-8
	 */
	public static byte[] fields(@Nullable String name, @Nullable Duration retry, String data) {
		StringBuilder text = new StringBuilder(data.length() + 48);
		appendFields(text, name, retry, data);
		return text.toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Encodes a whole event.
	 * @param id the id, or {@code null}
	 * @param name the event name, or {@code null} for the default one
	 * @param data the data
	 * @return the event in UTF-8, ended by an empty line
	 */
	public static byte[] event(@Nullable String id, @Nullable String name, String data) {
		StringBuilder text = new StringBuilder(data.length() + 96);
		if (id != null) {
			text.append("id: ").append(id).append('\n');
		}
		appendFields(text, name, null, data);
		return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Encodes a reconnection time on its own, which dispatches no event.
	 * @param retry the time
	 * @return the line in UTF-8, ended by an empty line
	 */
	public static byte[] retry(Duration retry) {
		return ("retry: " + retry.toMillis() + "\n\n").getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Encodes a comment, which clients ignore.
	 * @param comment one line, may be empty
	 * @return the comment in UTF-8, ended by an empty line
	 */
	public static byte[] comment(String comment) {
		return ((comment.isEmpty() ? ":" : ": " + comment) + "\n\n").getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Appends data as {@code data} lines.
	 * @param text where to append
	 * @param data the data, split at CR LF, CR and LF
	 */
	public static void appendData(StringBuilder text, String data) {
		int start = 0;
		int length = data.length();
		while (true) {
			int end = start;
			while (end < length && data.charAt(end) != '\n' && data.charAt(end) != '\r') {
				end++;
			}
			text.append("data: ").append(data, start, end).append('\n');
			if (end == length) {
				return;
			}
			boolean pair = data.charAt(end) == '\r' && end + 1 < length && data.charAt(end + 1) == '\n';
			start = end + (pair ? 2 : 1);
		}
	}

	private static void appendFields(StringBuilder text, @Nullable String name, @Nullable Duration retry, String data) {
		if (name != null) {
			text.append("event: ").append(name).append('\n');
		}
		if (retry != null) {
			text.append("retry: ").append(retry.toMillis()).append('\n');
		}
		appendData(text, data);
	}

}
