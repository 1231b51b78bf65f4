package io.github.ssehub;

import java.nio.charset.StandardCharsets;

/**
 * The rules for what may stand in a name or an id. A line end in a field would let its
 * author write further fields, and a NUL makes a browser ignore an {@code id}
 * (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG HTML,
 * section 9.2</a>), so neither gets as far as the wire.
 */
final class SseFields {

	private SseFields() {
	}

	/**
	 * Returns the value when it is not empty, not too long and free of control
	 * characters.
	 */
	static String requireName(String value, String what, int maxBytes) {
		if (value == null || value.isEmpty()) {
			throw new IllegalArgumentException("'%s' must not be empty".formatted(what));
		}
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (Character.isISOControl(character) || character == '\u2028' || character == '\u2029') {
				throw new IllegalArgumentException("'%s' must not contain the control character U+%04X at index %d"
					.formatted(what, (int) character, i));
			}
			if (Character.isSurrogate(character) && !isPaired(value, i)) {
				throw new IllegalArgumentException(
						"'%s' must not contain an unpaired surrogate at index %d".formatted(what, i));
			}
		}
		int length = value.getBytes(StandardCharsets.UTF_8).length;
		if (length > maxBytes) {
			throw new IllegalArgumentException(
					"'%s' must not be longer than %d bytes but has %d".formatted(what, maxBytes, length));
		}
		return value;
	}

	private static boolean isPaired(String value, int index) {
		char character = value.charAt(index);
		if (Character.isHighSurrogate(character)) {
			return index + 1 < value.length() && Character.isLowSurrogate(value.charAt(index + 1));
		}
		return index > 0 && Character.isHighSurrogate(value.charAt(index - 1));
	}

}
