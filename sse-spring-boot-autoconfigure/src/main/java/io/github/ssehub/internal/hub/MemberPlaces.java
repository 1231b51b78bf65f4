package io.github.ssehub.internal.hub;

import org.jspecify.annotations.Nullable;

/**
 * Remembers where each connection of an array is, so that it need not be looked for. A
 * hash table of the places alone: four bytes a slot, where a map of the JDK would take
 * fifty for each connection.
 */
final class MemberPlaces {

	/**
	 * Places counted from 1; 0 is a free slot. A power of two, at most half of it used.
	 */
	private final int[] slots;

	private final @Nullable HubConnection[] connections;

	/**
	 * Takes down the first members of an array.
	 * @param connections the array, which the caller goes on changing; its length is a
	 * power of two
	 * @param size how many members it has
	 */
	MemberPlaces(@Nullable HubConnection[] connections, int size) {
		this.connections = connections;
		this.slots = new int[2 * connections.length];
		for (int place = 0; place < size; place++) {
			add(place);
		}
	}

	/**
	 * Takes down the connection that is at a place.
	 */
	void add(int place) {
		this.slots[freeSlot(hash(place))] = place + 1;
	}

	private int freeSlot(int hash) {
		int slot = hash & mask();
		while (this.slots[slot] != 0) {
			slot = (slot + 1) & mask();
		}
		return slot;
	}

	/**
	 * Forgets a connection. To be called while it is still at its place.
	 * @return its place, or -1 if it is not in the array
	 */
	int remove(HubConnection connection) {
		int slot = slot(connection);
		if (slot < 0) {
			return -1;
		}
		int place = this.slots[slot] - 1;
		free(slot);
		return place;
	}

	/**
	 * Notes that a connection is going to be at another place. To be called while it is
	 * still at the old one.
	 */
	void move(HubConnection connection, int place) {
		this.slots[slot(connection)] = place + 1;
	}

	private int slot(HubConnection connection) {
		int slot = System.identityHashCode(connection) & mask();
		while (this.slots[slot] != 0) {
			if (this.connections[this.slots[slot] - 1] == connection) {
				return slot;
			}
			slot = (slot + 1) & mask();
		}
		return -1;
	}

	/**
	 * Frees a slot, and moves up those behind it that would not be found any more.
	 */
	private void free(int freed) {
		int hole = freed;
		this.slots[hole] = 0;
		int slot = (hole + 1) & mask();
		while (this.slots[slot] != 0) {
			int home = hash(this.slots[slot] - 1) & mask();
			if (((slot - home) & mask()) >= ((slot - hole) & mask())) {
				this.slots[hole] = this.slots[slot];
				this.slots[slot] = 0;
				hole = slot;
			}
			slot = (slot + 1) & mask();
		}
	}

	private int hash(int place) {
		return System.identityHashCode(this.connections[place]);
	}

	private int mask() {
		return this.slots.length - 1;
	}

}
