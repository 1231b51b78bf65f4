package io.github.ssehub.internal.hub;

import java.util.concurrent.atomic.AtomicLongArray;

import io.github.ssehub.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * The dropped events of one connection that listeners have not been told of yet. They add
 * up while a notification waits, so that a connection has at most one waiting for each
 * listener and reason, however slow that listener is.
 */
final class UntoldDrops {

	private static final int REASONS = DropReason.values().length;

	/** Made for the first drop: most connections never have one. */
	private volatile @Nullable AtomicLongArray counts;

	/**
	 * Notes dropped events. To be called by the connection's loop.
	 * @param listener the number of the listener, from 0
	 * @param listeners how many listeners there are
	 * @return whether a notification is needed: none is waiting
	 */
	boolean add(int listener, int listeners, DropReason reason, int count) {
		AtomicLongArray counts = this.counts;
		if (counts == null) {
			counts = new AtomicLongArray(listeners * REASONS);
			this.counts = counts;
		}
		return counts.getAndAdd(index(listener, reason), count) == 0;
	}

	/**
	 * Takes the sum. To be called by the notification, once.
	 */
	long take(int listener, DropReason reason) {
		AtomicLongArray counts = this.counts;
		return (counts != null) ? counts.getAndSet(index(listener, reason), 0) : 0;
	}

	private static int index(int listener, DropReason reason) {
		return listener * REASONS + reason.ordinal();
	}

}
