package io.github.ssehub.internal.hub;

import java.util.Arrays;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop that have something in common. Changed by the loop alone;
 * the size may be read and the members may be counted by any thread.
 */
final class Members {

	/** So many are looked through, which needs no memory. */
	static final int FEW = 16;

	private @Nullable HubConnection[] connections = new HubConnection[1];

	/** There when there are more than a few slots. */
	private @Nullable MemberPlaces places;

	private volatile int size;

	void add(HubConnection connection) {
		int size = this.size;
		if (size == this.connections.length) {
			resize(size * 2);
		}
		this.connections[size] = connection;
		if (this.places != null) {
			this.places.add(size);
		}
		this.size = size + 1;
	}

	/**
	 * Removes a member, in a time that does not depend on how many there are.
	 */
	void remove(HubConnection connection) {
		int place = takePlace(connection);
		if (place < 0) {
			return;
		}
		int last = this.size - 1;
		HubConnection moved = get(last);
		if (place != last && this.places != null) {
			this.places.move(moved, place);
		}
		this.connections[place] = moved;
		this.connections[last] = null;
		this.size = last;
		if (last > 0 && last <= this.connections.length / 4) {
			resize(this.connections.length / 2);
		}
	}

	private int takePlace(HubConnection connection) {
		if (this.places != null) {
			return this.places.remove(connection);
		}
		int place = this.size - 1;
		while (place >= 0 && this.connections[place] != connection) {
			place--;
		}
		return place;
	}

	private void resize(int length) {
		this.connections = Arrays.copyOf(this.connections, length);
		this.places = (length > FEW) ? new MemberPlaces(this.connections, this.size) : null;
	}

	/**
	 * The member at an index. Whoever visits all goes from the last to the first: then a
	 * member may be removed on the way, and the one that takes its place was visited.
	 */
	@SuppressWarnings("NullAway") // the slots below size are filled
	HubConnection get(int index) {
		return this.connections[index];
	}

	int size() {
		return this.size;
	}

	/**
	 * Counts some of the members. On another thread than the loop's, what the loop
	 * changes meanwhile may be counted or not.
	 */
	int count(Predicate<HubConnection> condition) {
		int size = this.size;
		@Nullable HubConnection[] connections = this.connections;
		int count = 0;
		for (int i = Math.min(size, connections.length) - 1; i >= 0; i--) {
			HubConnection connection = connections[i];
			if (connection != null && condition.test(connection)) {
				count++;
			}
		}
		return count;
	}

}
