package io.github.ssehub.internal.hub;

/**
 * Told how long things took. Called on delivery loops, so it must be quick.
 */
public interface HubObserver {

	/**
	 * An observer that does nothing.
	 */
	HubObserver NONE = new HubObserver() {
	};

	/**
	 * An event was written to the connections of one loop that it was for.
	 * @param nanos the time since it was appended
	 */
	default void onDelivered(long nanos) {
	}

	/**
	 * A connection ended.
	 * @param nanos how long it was open
	 */
	default void onClosed(long nanos) {
	}

}
