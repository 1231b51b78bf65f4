package io.github.ssehub.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that go to a client as one piece. Shared by the connections they are for, so
 * neither is ever modified.
 *
 * @param bytes the bytes, whole events or comments
 * @param key what the event is about, for conflation
 * @param message whether it is an event of the application, which is counted
 */
public record Frame(byte[] bytes, @Nullable String key, boolean message) {

	/**
	 * A frame of the starter itself, which no count includes.
	 * @param bytes the bytes
	 * @return the frame
	 */
	public static Frame control(byte[] bytes) {
		return new Frame(bytes, null, false);
	}

	/**
	 * How many bytes the frame has.
	 * @return the number of bytes
	 */
	public int length() {
		return this.bytes.length;
	}

}
