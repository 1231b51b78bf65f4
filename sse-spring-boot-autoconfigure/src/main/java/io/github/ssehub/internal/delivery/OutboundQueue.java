package io.github.ssehub.internal.delivery;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection, bounded by events and by bytes. Written by the
 * connection's loop alone; the sizes may be read by any thread.
 * <p>
 * An event that has to make room costs the same however many wait. What is removed in the
 * middle leaves a hole, and the holes are closed together: when something is written, or
 * when half of the slots are holes.
 */
final class OutboundQueue {

	private static final AtomicIntegerFieldUpdater<OutboundQueue> SIZE = AtomicIntegerFieldUpdater
		.newUpdater(OutboundQueue.class, "size");

	private static final AtomicLongFieldUpdater<OutboundQueue> BYTES = AtomicLongFieldUpdater
		.newUpdater(OutboundQueue.class, "bytes");

	/** An idle connection keeps no more slots than this. */
	private static final int KEPT_SLOTS = 8;

	private final int maxEvents;

	private final long maxBytes;

	private @Nullable Frame[] slots = new Frame[2];

	private int first;

	/** Slots in use that have no frame any more. */
	private int holes;

	/** There from an overflow under {@code conflate} until the next write. */
	private @Nullable SupersededFrames superseded;

	private volatile int size;

	private volatile long bytes;

	OutboundQueue(int maxEvents, long maxBytes) {
		this.maxEvents = maxEvents;
		this.maxBytes = maxBytes;
	}

	/**
	 * Whether a frame of that many bytes may be added. A single frame always may, or it
	 * could never be delivered.
	 */
	boolean hasRoom(int length) {
		int size = this.size;
		return size == 0 || (size < this.maxEvents && this.bytes + length <= this.maxBytes);
	}

	/**
	 * Adds a frame. The bounds are for the caller to check: what the starter itself
	 * writes is not held to them.
	 */
	void add(Frame frame) {
		if (this.size + this.holes == this.slots.length) {
			makeSlots();
		}
		int index = this.size + this.holes;
		this.slots[slot(index)] = frame;
		if (this.superseded != null) {
			this.superseded.added(frame, index);
		}
		resize(this.size + 1, this.bytes + frame.length());
	}

	private void makeSlots() {
		if (this.holes >= this.slots.length / 2) {
			closeHoles();
		}
		else {
			grow(this.slots.length);
		}
	}

	/**
	 * Other threads may see this late, which is good enough for them and spares each
	 * delivery two fences.
	 */
	private void resize(int size, long bytes) {
		SIZE.lazySet(this, size);
		BYTES.lazySet(this, bytes);
	}

	private void grow(int length) {
		@Nullable Frame[] larger = new Frame[length * 2];
		for (int i = 0; i < length; i++) {
			larger[i] = this.slots[slot(i)];
		}
		this.slots = larger;
		this.first = 0;
	}

	/**
	 * Moves the frames together, which makes what is known of their places void.
	 */
	private void closeHoles() {
		int end = this.size + this.holes;
		int kept = 0;
		for (int i = 0; i < end; i++) {
			Frame frame = this.slots[slot(i)];
			if (frame != null) {
				this.slots[slot(kept++)] = frame;
			}
		}
		for (int i = kept; i < end; i++) {
			this.slots[slot(i)] = null;
		}
		this.holes = 0;
		this.superseded = null;
	}

	/**
	 * The frame at an index.
	 */
	Frame get(int index) {
		if (this.holes > 0) {
			closeHoles();
		}
		return Objects.requireNonNull(this.slots[slot(index)]);
	}

	/**
	 * Removes frames from the front.
	 */
	void removeFirst(int count) {
		long removed = 0;
		for (int i = 0; i < count; i++) {
			removed += get(0).length();
			this.slots[this.first] = null;
			this.first = (this.first + 1) & (this.slots.length - 1);
		}
		if (this.superseded != null) {
			// Asked first: a reference stored into a long-lived object costs every write.
			this.superseded = null;
		}
		resize(this.size - count, this.bytes - removed);
		if (this.size == 0 && this.slots.length > KEPT_SLOTS) {
			removeSlots();
		}
	}

	private void removeSlots() {
		this.slots = new Frame[2];
		this.first = 0;
		this.holes = 0;
		this.superseded = null;
	}

	/**
	 * Removes the oldest event of the application. Only what the starter itself wrote can
	 * be in front of it, and that is little.
	 * @return whether there was one
	 */
	boolean removeOldestMessage() {
		int size = this.size;
		for (int index = 0; index < size; index++) {
			Frame frame = get(index);
			if (frame.message()) {
				removeNearFront(index);
				resize(size - 1, this.bytes - frame.length());
				return true;
			}
		}
		return false;
	}

	private void removeNearFront(int index) {
		for (int i = index; i > 0; i--) {
			this.slots[slot(i)] = this.slots[slot(i - 1)];
		}
		this.slots[this.first] = null;
		this.first = (this.first + 1) & (this.slots.length - 1);
		this.superseded = null;
	}

	/**
	 * Removes every event that a newer one with the same key follows.
	 * @param newKey the key of an event that is about to be added, or {@code null}
	 * @return how many were removed
	 */
	int removeSuperseded(@Nullable String newKey) {
		int before = this.size;
		SupersededFrames superseded = this.superseded;
		if (superseded == null) {
			superseded = findSuperseded();
			this.superseded = superseded;
		}
		superseded.take(newKey, this::removeAt);
		return before - this.size;
	}

	private SupersededFrames findSuperseded() {
		SupersededFrames superseded = new SupersededFrames();
		for (int i = 0; i < this.size; i++) {
			superseded.added(get(i), i);
		}
		return superseded;
	}

	private void removeAt(int index) {
		int slot = slot(index);
		Frame frame = Objects.requireNonNull(this.slots[slot]);
		this.slots[slot] = null;
		this.holes++;
		resize(this.size - 1, this.bytes - frame.length());
	}

	/**
	 * Empties the queue.
	 * @return how many events of the application were in it
	 */
	int clear() {
		int messages = 0;
		for (int i = 0; i < this.size; i++) {
			messages += get(i).message() ? 1 : 0;
		}
		removeSlots();
		resize(0, 0);
		return messages;
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	int size() {
		return this.size;
	}

	long bytes() {
		return this.bytes;
	}

	/**
	 * How many frames fit before it takes more memory.
	 */
	int slots() {
		return this.slots.length;
	}

	private int slot(int index) {
		return (this.first + index) & (this.slots.length - 1);
	}

}
