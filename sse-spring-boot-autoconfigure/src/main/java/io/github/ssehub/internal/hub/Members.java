package io.github.ssehub.internal.hub;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop that have something in common. Changed by the loop alone;
 * the size may be read by any thread.
 */
final class Members {

	private @Nullable HubConnection[] connections = new HubConnection[1];

	private volatile int size;

	void add(HubConnection connection) {
		int size = this.size;
		if (size == this.connections.length) {
			this.connections = Arrays.copyOf(this.connections, size * 2);
		}
		this.connections[size] = connection;
		this.size = size + 1;
	}

	void remove(HubConnection connection) {
		for (int i = this.size - 1; i >= 0; i--) {
			if (this.connections[i] == connection) {
				int last = this.size - 1;
				this.connections[i] = this.connections[last];
				this.connections[last] = null;
				this.size = last;
				return;
			}
		}
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

}
