package io.github.ssehub.internal.delivery;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * The loops of a node, which all get the same events. To wake a thread takes a publisher
 * longer than all else it does, and may cost it the processor. So it wakes one loop, and
 * each loop that wakes up wakes the next.
 *
 * @param <E> the type of events
 */
public final class LoopGroup<E> {

	private final List<DeliveryLoop<E>> loops;

	/** Whether the publisher is inside of waking a loop. */
	private volatile boolean waking;

	/**
	 * Creates a group.
	 * @param loops its loops, none of them in another group or started
	 */
	public LoopGroup(List<DeliveryLoop<E>> loops) {
		this.loops = List.copyOf(loops);
		this.loops.forEach((loop) -> loop.join(this));
	}

	/**
	 * Hands every loop an event. To be called by one thread at a time, the log's. Waits
	 * while an inbox is full, see {@link DeliveryLoop#add}.
	 * @param event the event
	 */
	public void offer(E event) {
		for (DeliveryLoop<E> loop : this.loops) {
			loop.add(event);
		}
		DeliveryLoop<E> sleeper = sleepsOverDueEvents();
		if (sleeper != null) {
			this.waking = true;
			sleeper.wake();
			this.waking = false;
		}
	}

	/**
	 * Wakes a loop that sleeps over events that are due. Called after events were added
	 * and whenever a loop has woken up, so none is forgotten: whoever is woken goes on
	 * with this.
	 */
	void wakeOne() {
		DeliveryLoop<E> sleeper = sleepsOverDueEvents();
		if (sleeper != null) {
			sleeper.wake();
		}
	}

	private @Nullable DeliveryLoop<E> sleepsOverDueEvents() {
		for (DeliveryLoop<E> loop : this.loops) {
			if (loop.sleepsOverDueEvents()) {
				return loop;
			}
		}
		return null;
	}

	/**
	 * Called by a loop that has woken up: the publisher that woke it may have lost its
	 * processor to it, while others wait for the publisher. To yield is often not enough,
	 * as Linux may choose this thread again. To sleep is, for however short: that is some
	 * 50 microseconds there.
	 */
	void letPublisherGoOn() {
		if (this.waking) {
			Thread.yield();
		}
		if (this.waking) {
			LockSupport.parkNanos(this, 1);
		}
	}

}
