package io.github.ssehub.internal.hub;

/**
 * Told how long things took. Called on delivery loops and by publishers, so it must be
 * quick.
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
	 * A publisher had to wait for the delivery loops, whether there was room in the end
	 * or not. Not called when there was room at once.
	 * @param nanos how long it waited
	 */
	default void onPublishWaited(long nanos) {
	}

	/**
	 * A connection ended.
	 * @param nanos how long it was open
	 */
	default void onClosed(long nanos) {
	}

}
