package io.github.ssehub;

/**
 * What happens when an event comes to a connection whose queue is full.
 */
public enum OverflowPolicy {

	/**
	 * The connection ends with {@link CloseReason#SLOW_CONSUMER}. The client reconnects
	 * and resumes from the log, so nothing is lost.
	 */
	DISCONNECT,

	/**
	 * The oldest waiting events make room.
	 */
	DROP_OLDEST,

	/**
	 * The event is dropped.
	 */
	DROP_NEWEST,

	/**
	 * Waiting events that a newer one with the same {@linkplain SseEvent#key() key}
	 * supersedes make room. When that is not enough the connection ends as under
	 * {@link #DISCONNECT}.
	 */
	CONFLATE

}
