package io.github.ssehub;

import java.util.Locale;

/**
 * Why a connection ended. The same word stands in the log, in the metrics and in
 * {@link SseConnectionListener#onDisconnected}.
 */
public enum CloseReason {

	/**
	 * The client closed its end, or the network did.
	 */
	CLIENT_GONE(true),

	/**
	 * Nothing could be written for {@code sse.client-timeout}, or the server's write
	 * timeout passed.
	 */
	CLIENT_TIMEOUT(true),

	/**
	 * More was waiting for the client than {@code sse.buffer} allows, or it took nothing
	 * for {@code sse.buffer.send-timeout} while the application waited to send to it
	 * alone. It gets published events from the log when it reconnects. What was sent to
	 * it alone is lost.
	 */
	SLOW_CONSUMER(true),

	/**
	 * {@code sse.max-lifetime} passed.
	 */
	MAX_LIFETIME(true),

	/**
	 * The application shuts down.
	 */
	SHUTDOWN(true),

	/**
	 * The application called {@code complete()}.
	 */
	COMPLETED(true),

	/**
	 * The application called {@code completeWithError}, or delivering failed for a cause
	 * that is not the client's.
	 */
	ERROR(true),

	/**
	 * Somebody who may do so asked for it. The client is told not to come back: its next
	 * reconnect is answered with 204.
	 */
	DISCONNECTED(false),

	/**
	 * The same user opened more connections than {@code sse.max-connections-per-user}
	 * allows, and this one was the oldest. The client is told not to come back, or it
	 * would push out the one that took its place.
	 */
	SUPERSEDED(false);

	private final boolean reconnect;

	private final String tag = name().toLowerCase(Locale.ROOT).replace('_', '-');

	CloseReason(boolean reconnect) {
		this.reconnect = reconnect;
	}

	/**
	 * Whether the client is meant to reconnect.
	 * @return {@code false} if the end is final
	 */
	public boolean isReconnect() {
		return this.reconnect;
	}

	/**
	 * The name of this reason in logs and metrics, such as {@code slow-consumer}.
	 * @return the name
	 */
	public String tag() {
		return this.tag;
	}

}
