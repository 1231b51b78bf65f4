package io.github.ssehub.internal.delivery;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The loops of a node, which all get the same events. To wake a thread takes a publisher
 * longer than all else it does, and may cost it the processor. So it wakes one loop, and
 * each loop that wakes up wakes the next.
 *
 * @param <E> the type of events
 */
public final class LoopGroup<E> {

	private final List<DeliveryLoop<E>> loops;

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
		this.waking = true;
		wakeOne();
		this.waking = false;
	}

	/**
	 * Wakes a loop that sleeps over events. Called after events were added and whenever a
	 * loop has woken up, so none is forgotten: whoever is woken goes on with this.
	 */
	void wakeOne() {
		for (DeliveryLoop<E> loop : this.loops) {
			if (loop.sleepsOverEvents()) {
				loop.wake();
				return;
			}
		}
	}

	/**
	 * Called by a loop that has woken up: lets the publisher go on that woke it and has
	 * lost its processor to it, while it holds up all other publishers. To yield is often
	 * not enough, as Linux owes a thread that slept more than one that ran.
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
