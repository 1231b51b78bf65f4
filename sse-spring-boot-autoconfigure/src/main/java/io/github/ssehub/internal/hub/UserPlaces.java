package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import io.github.ssehub.CloseReason;
import io.github.ssehub.UserLimitPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The places of each user, when users have a limit.
 *
 * The server is not told when a client leaves, so some of a user's connections may be
 * dead: those of a page that was loaded again. Before the limit costs anybody a stream
 * they are found out by writing to all of them. A client that is gone answers the first
 * write with a reset, and a later one fails: see {@code docs/adr/0007-heartbeat-probe.md}
 * and {@code docs/adr/0013-the-newest-connection-of-a-user-wins.md}.
 */
final class UserPlaces {

	/**
	 * How long to wait after each write. Together long enough for a reset from the other
	 * side of the world, and short for the one who waits.
	 */
	private static final List<Duration> PAUSES = List.of(Duration.ofMillis(25), Duration.ofMillis(50),
			Duration.ofMillis(100), Duration.ofMillis(150), Duration.ofMillis(175));

	/** How many threads may wait for the places of one user at most. */
	private static final int MAX_WAITING = 16;

	private final int limit;

	private final UserLimitPolicy policy;

	private final Map<String, Places> users = new ConcurrentHashMap<>();

	UserPlaces(int limit, UserLimitPolicy policy) {
		this.limit = limit;
		this.policy = policy;
	}

	/**
	 * Takes a place for a connection. When all are taken this waits for half a second at
	 * most, and then does what the policy says.
	 * @return whether the connection has a place
	 */
	boolean take(String user, HubConnection connection) {
		return this.limit == 0 || tryTake(user, connection) || takeFromTheDead(user, connection)
				|| (this.policy == UserLimitPolicy.NEWEST_WINS && takeFromTheOldest(user, connection));
	}

	void release(String user, HubConnection connection) {
		this.users.computeIfPresent(user, (name, places) -> {
			places.taken.remove(connection);
			places.waiting.forEach(LockSupport::unpark);
			return places.orNone();
		});
	}

	private boolean tryTake(String user, HubConnection connection) {
		AtomicBoolean taken = new AtomicBoolean();
		this.users.compute(user, (name, known) -> {
			Places places = (known != null) ? known : new Places();
			taken.set(places.taken.size() < this.limit && places.taken.add(connection));
			return places.orNone();
		});
		return taken.get();
	}

	private boolean takeFromTheDead(String user, HubConnection connection) {
		if (!beginWaiting(user)) {
			return false;
		}
		try {
			for (Duration pause : PAUSES) {
				taken(user).forEach(HubConnection::probe);
				if (awaitPlace(user, connection, pause.toNanos())) {
					return true;
				}
			}
			return false;
		}
		finally {
			endWaiting(user);
		}
	}

	private boolean awaitPlace(String user, HubConnection connection, long nanos) {
		long start = System.nanoTime();
		long left = nanos;
		while (left > 0 && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(this, left);
			if (tryTake(user, connection)) {
				return true;
			}
			left = nanos - (System.nanoTime() - start);
		}
		return false;
	}

	/**
	 * No more threads wait than there are places that could become free.
	 */
	private boolean beginWaiting(String user) {
		AtomicBoolean waiting = new AtomicBoolean();
		this.users.compute(user, (name, known) -> {
			Places places = (known != null) ? known : new Places();
			waiting.set(places.waiting.size() < Math.min(this.limit, MAX_WAITING)
					&& places.waiting.add(Thread.currentThread()));
			return places.orNone();
		});
		return waiting.get();
	}

	private void endWaiting(String user) {
		this.users.computeIfPresent(user, (name, places) -> {
			places.waiting.remove(Thread.currentThread());
			return places.orNone();
		});
	}

	private List<HubConnection> taken(String user) {
		List<HubConnection> taken = new ArrayList<>();
		this.users.computeIfPresent(user, (name, places) -> {
			taken.addAll(places.taken);
			return places;
		});
		return taken;
	}

	/**
	 * The place changes hands at once: the limit holds, however long the old connection
	 * takes to end.
	 */
	private boolean takeFromTheOldest(String user, HubConnection connection) {
		AtomicBoolean taken = new AtomicBoolean();
		AtomicReference<@Nullable HubConnection> superseded = new AtomicReference<>();
		this.users.compute(user, (name, known) -> {
			Places places = (known != null) ? known : new Places();
			if (places.taken.size() >= this.limit) {
				Iterator<HubConnection> oldestFirst = places.taken.iterator();
				superseded.set(oldestFirst.next());
				oldestFirst.remove();
			}
			taken.set(places.taken.add(connection));
			return places;
		});
		HubConnection oldest = superseded.get();
		if (oldest != null) {
			oldest.end(CloseReason.SUPERSEDED, null);
		}
		return taken.get();
	}

	/**
	 * The places of one user. Used only within a computation of the map.
	 */
	private static final class Places {

		/** In the order in which they were taken. */
		private final Set<HubConnection> taken = new LinkedHashSet<>();

		private final Set<Thread> waiting = new HashSet<>(0);

		@Nullable Places orNone() {
			return (this.taken.isEmpty() && this.waiting.isEmpty()) ? null : this;
		}

	}

}
