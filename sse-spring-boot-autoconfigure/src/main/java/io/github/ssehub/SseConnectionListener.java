package io.github.ssehub;

/**
 * Told what happens to connections. Every bean of this type is called.
 * <p>
 * Each listener has a thread of its own, which delivers nothing. Its calls come one after
 * the other, in the order in which things happened to a connection. A slow listener
 * delays no other listener and no client; an exception is logged and goes no further.
 * <p>
 * No call is left out while the application runs. When a listener is so far behind that a
 * hundred thousand or more calls wait, new connections are refused until it has caught
 * up. When the application stops, calls get some seconds.
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
