package io.github.ssehub.internal.delivery;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

import org.jspecify.annotations.Nullable;

/**
 * A bounded ring between the log, which adds from one thread at a time, and one loop,
 * which takes. A slot is freed as soon as it is taken, so the ring pins no event.
 *
 * @param <E> the type of events
 */
final class EventInbox<E> {

	private final AtomicReferenceArray<@Nullable E> slots;

	private final int mask;

	private final AtomicLong published = new AtomicLong();

	private final AtomicLong consumed = new AtomicLong();

	EventInbox(int capacity) {
		int size = Integer.highestOneBit(Math.max(2, capacity) - 1) << 1;
		this.slots = new AtomicReferenceArray<>(size);
		this.mask = size - 1;
	}

	/**
	 * Adds an event. To be called by one thread at a time.
	 * @return whether there was room
	 */
	boolean offer(E event) {
		if (isFull()) {
			return false;
		}
		long next = this.published.get();
		this.slots.setPlain((int) next & this.mask, event);
		this.published.set(next + 1);
		return true;
	}

	/**
	 * Whether at least as many slots are free as are taken.
	 */
	boolean isHalfEmpty() {
		return this.published.get() - this.consumed.get() <= this.slots.length() / 2;
	}

	/**
	 * Whether there is no room for one more.
	 */
	boolean isFull() {
		return this.published.get() - this.consumed.get() > this.mask;
	}

	/**
	 * Takes the next event. To be called by the loop, and only when {@link #published()}
	 * is above {@link #consumed()}.
	 */
	E take() {
		long next = this.consumed.getPlain();
		int slot = (int) next & this.mask;
		E event = this.slots.getPlain(slot);
		if (event == null) {
			throw new IllegalStateException("The inbox is empty at " + next);
		}
		this.slots.setPlain(slot, null);
		this.consumed.set(next + 1);
		return event;
	}

	/**
	 * How many events were ever added.
	 */
	long published() {
		return this.published.get();
	}

	/**
	 * How many events were ever taken.
	 */
	long consumed() {
		return this.consumed.get();
	}

}
