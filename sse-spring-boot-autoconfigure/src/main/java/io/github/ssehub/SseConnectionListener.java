package io.github.ssehub;

/**
 * Told what happens to connections. Every bean of this type is called.
 * <p>
 * All calls come one after the other from one thread that delivers nothing, in the order
 * in which things happened to a connection. A slow listener delays the others and no
 * client; an exception is logged and goes no further.
 */
public interface SseConnectionListener {

	/**
	 * A connection is registered and its {@code connected} event is on its way.
	 * @param connection the connection
	 */
	default void onConnected(SseConnection connection) {
	}

	/**
	 * A connection is over. Nothing more is written to it.
	 * @param connection the connection
	 * @param reason why
	 */
	default void onDisconnected(SseConnection connection, CloseReason reason) {
	}

	/**
	 * Events that a connection should have got were dropped. What is dropped for the same
	 * reason while this call waits for its turn is told in one call, with the sum; all of
	 * it is told before {@link #onDisconnected}.
	 * @param connection the connection
	 * @param reason why
	 * @param count how many since the last call for this connection and reason
	 */
	default void onDropped(SseConnection connection, DropReason reason, int count) {
	}

}
