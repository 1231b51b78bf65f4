package io.github.ssehub.internal.delivery;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection, bounded by events and by bytes. Written by the
 * connection's loop alone; the sizes may be read by any thread.
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
		int size = this.size;
		if (size == this.slots.length) {
			grow(size);
		}
		this.slots[slot(size)] = frame;
		resize(size + 1, this.bytes + frame.length());
	}

	/**
	 * Other threads may see this late, which is good enough for them and spares each
	 * delivery two fences.
	 */
	private void resize(int size, long bytes) {
		SIZE.lazySet(this, size);
		BYTES.lazySet(this, bytes);
	}

	private void grow(int size) {
		@Nullable Frame[] larger = new Frame[size * 2];
		for (int i = 0; i < size; i++) {
			larger[i] = this.slots[slot(i)];
		}
		this.slots = larger;
		this.first = 0;
	}

	Frame get(int index) {
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
		resize(this.size - count, this.bytes - removed);
		if (this.size == 0 && this.slots.length > KEPT_SLOTS) {
			this.slots = new Frame[2];
			this.first = 0;
		}
	}

	/**
	 * Removes the oldest event of the application.
	 * @return whether there was one
	 */
	boolean removeOldestMessage() {
		for (int i = 0; i < this.size; i++) {
			if (get(i).message()) {
				remove(i);
				return true;
			}
		}
		return false;
	}

	/**
	 * Removes every event that a newer one with the same key follows.
	 * @param newKey the key of an event that is about to be added, or {@code null}
	 * @return how many were removed
	 */
	int removeSuperseded(@Nullable String newKey) {
		Set<String> newerKeys = new HashSet<>();
		if (newKey != null) {
			newerKeys.add(newKey);
		}
		int removed = 0;
		for (int i = this.size - 1; i >= 0; i--) {
			String key = get(i).key();
			if (key != null && !newerKeys.add(key)) {
				remove(i);
				removed++;
			}
		}
		return removed;
	}

	private void remove(int index) {
		int last = this.size - 1;
		long bytes = this.bytes - get(index).length();
		for (int i = index; i < last; i++) {
			this.slots[slot(i)] = this.slots[slot(i + 1)];
		}
		this.slots[slot(last)] = null;
		resize(last, bytes);
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
		this.slots = new Frame[2];
		this.first = 0;
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

	private int slot(int index) {
		return (this.first + index) & (this.slots.length - 1);
	}

}
