package io.github.ssehub;

/**
 * What happens when a user who has {@code sse.max-connections-per-user} connections opens
 * one more. Under each policy connections whose clients are gone make room first.
 */
public enum UserLimitPolicy {

	/**
	 * The new connection opens, and the oldest one of the user ends with
	 * {@link CloseReason#SUPERSEDED}.
	 */
	NEWEST_WINS,

	/**
	 * The new connection is refused: 429.
	 */
	REJECT

}
