package io.github.ssehub;

import java.util.EnumSet;
import java.util.Set;

/**
 * Where a connection is in its life.
 *
 * <table>
 * <caption>The transitions, and what causes them</caption>
 * <tr>
 * <th>from</th>
 * <th>to</th>
 * <th>when</th>
 * </tr>
 * <tr>
 * <td>CREATED</td>
 * <td>OPENING</td>
 * <td>the controller returned it and a place was free</td>
 * </tr>
 * <tr>
 * <td>CREATED, OPENING</td>
 * <td>CLOSED</td>
 * <td>it will not be opened: its request was refused, or needs no stream</td>
 * </tr>
 * <tr>
 * <td>OPENING</td>
 * <td>REPLAYING</td>
 * <td>its loop took it over and the client has events to catch up with</td>
 * </tr>
 * <tr>
 * <td>OPENING</td>
 * <td>OPEN</td>
 * <td>its loop took it over</td>
 * </tr>
 * <tr>
 * <td>REPLAYING</td>
 * <td>OPEN</td>
 * <td>it reached the place in the log where its loop is</td>
 * </tr>
 * <tr>
 * <td>OPENING, REPLAYING, OPEN</td>
 * <td>CLOSING</td>
 * <td>an end was asked for; what is queued still goes out</td>
 * </tr>
 * <tr>
 * <td>OPENING, REPLAYING, OPEN, CLOSING</td>
 * <td>CLOSED</td>
 * <td>all was written, or nothing more can be</td>
 * </tr>
 * </table>
 */
public enum ConnectionState {

	/**
	 * Built, and not yet returned from a controller. Nothing was sent to the client.
	 */
	CREATED,

	/**
	 * Bound to a response that nothing could be written to yet.
	 */
	OPENING,

	/**
	 * Registered, and getting what it missed from the log.
	 */
	REPLAYING,

	/**
	 * Registered, and getting events as they are published.
	 */
	OPEN,

	/**
	 * No longer registered; what was queued is being written.
	 */
	CLOSING,

	/**
	 * Over.
	 */
	CLOSED;

	/**
	 * Whether a connection may go from this state to the next.
	 * @param next the next state
	 * @return whether the table above has such a row
	 */
	public boolean canBecome(ConnectionState next) {
		return successors().contains(next);
	}

	private Set<ConnectionState> successors() {
		return switch (this) {
			case CREATED -> EnumSet.of(OPENING, CLOSED);
			case OPENING -> EnumSet.of(REPLAYING, OPEN, CLOSING, CLOSED);
			case REPLAYING -> EnumSet.of(OPEN, CLOSING, CLOSED);
			case OPEN -> EnumSet.of(CLOSING, CLOSED);
			case CLOSING -> EnumSet.of(CLOSED);
			case CLOSED -> EnumSet.noneOf(ConnectionState.class);
		};
	}

}
