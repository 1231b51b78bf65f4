package io.github.ssehub;

import java.nio.charset.StandardCharsets;

/**
 * The rules for what may stand in a name or an id, and how values are shown to people. A
 * line end in a field would let its author write further fields, and a NUL makes a
 * browser ignore an {@code id}
 * (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">WHATWG HTML,
 * section 9.2</a>), so neither gets as far as the wire.
 */
final class SseFields {

	/** How much of a value is shown, in characters. */
	private static final int MAX_SHOWN = 120;

	private SseFields() {
	}

	/**
	 * Returns the value when it is not empty, not too long and free of control
	 * characters.
	 */
	static String requireName(String value, String what, int maxBytes) {
		if (value == null || value.isEmpty()) {
			throw new InvalidArgumentException("'%s' must not be empty".formatted(what));
		}
		for (int i = 0; i < value.length(); i++) {
			char character = value.charAt(i);
			if (isRefused(character)) {
				throw new InvalidArgumentException("'%s' must not contain the control character U+%04X at index %d"
					.formatted(what, (int) character, i));
			}
			if (Character.isSurrogate(character) && !isPaired(value, i)) {
				throw new InvalidArgumentException(
						"'%s' must not contain an unpaired surrogate at index %d".formatted(what, i));
			}
		}
		int length = value.getBytes(StandardCharsets.UTF_8).length;
		if (length > maxBytes) {
			throw new InvalidArgumentException(
					"'%s' must not be longer than %d bytes but has %d".formatted(what, maxBytes, length));
		}
		return value;
	}

	/**
	 * Shows a value in one line: a long one is cut, and line ends and other control
	 * characters are written as in Java.
	 */
	static String show(Object value) {
		String text = value.toString();
		int end = Math.min(text.length(), MAX_SHOWN);
		if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
			end--;
		}
		StringBuilder shown = new StringBuilder(end + 32);
		for (int i = 0; i < end; i++) {
			char character = text.charAt(i);
			switch (character) {
				case '\n' -> shown.append("\\n");
				case '\r' -> shown.append("\\r");
				case '\t' -> shown.append("\\t");
				default -> {
					if (isRefused(character)) {
						shown.append("\\u%04X".formatted((int) character));
					}
					else {
						shown.append(character);
					}
				}
			}
		}
		if (end < text.length()) {
			shown.append("... (").append(text.length()).append(" characters)");
		}
		return shown.toString();
	}

	private static boolean isRefused(char character) {
		return Character.isISOControl(character) || character == '\u2028' || character == '\u2029';
	}

	private static boolean isPaired(String value, int index) {
		char character = value.charAt(index);
		if (Character.isHighSurrogate(character)) {
			return index + 1 < value.length() && Character.isLowSurrogate(value.charAt(index + 1));
		}
		return index > 0 && Character.isHighSurrogate(value.charAt(index - 1));
	}

}
