package io.github.ssehub.internal.hub;

import java.util.concurrent.atomic.AtomicLongArray;

import io.github.ssehub.DropReason;

/**
 * The dropped events of one connection that listeners have not been told of yet. They add
 * up while a notification waits, so that a connection has at most one waiting for each
 * reason, however slow the listeners are.
 */
final class UntoldDrops {

	private static final int REASONS = DropReason.values().length;

	private final AtomicLongArray counts = new AtomicLongArray(REASONS);

	/**
	 * Notes dropped events. To be called by the connection's loop.
	 * @return whether a notification is needed: none is waiting
	 */
	boolean add(DropReason reason, int count) {
		return this.counts.getAndAdd(reason.ordinal(), count) == 0;
	}

	/**
	 * Takes the sum. To be called by the notification, once.
	 */
	long take(DropReason reason) {
		return this.counts.getAndSet(reason.ordinal(), 0);
	}

}
