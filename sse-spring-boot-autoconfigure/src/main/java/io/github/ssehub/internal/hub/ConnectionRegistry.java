package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.InvalidArgumentException;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.Topic;
import io.github.ssehub.TopicsDisabledException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connections of this node, and decides whether there is room for one more.
 */
final class ConnectionRegistry implements SseConnections {

	private static final Duration FULL_RETRY_AFTER = Duration.ofSeconds(5);

	/**
	 * So many calls may wait for one listener, or four for each connection there may be
	 * if that is more: all of them may end and come again at once.
	 */
	private static final int MIN_WAITING_CALLS = 100_000;

	private static final int WAITING_CALLS_PER_CONNECTION = 4;

	/** When the number of connections has no limit. */
	private static final int MAX_WAITING_CALLS = 1_000_000;

	private final HubContext hub;

	private final List<ConnectionShard> shards;

	private final ControlFrames controlFrames;

	/** Admitted connections, open or about to be. */
	private final AtomicInteger places = new AtomicInteger();

	private final UserPlaces userPlaces;

	/** Connections that have a place and no loop yet. */
	private final Set<HubConnection> admitted = ConcurrentHashMap.newKeySet();

	/** Connections that have a loop and whose stream is not closed. */
	private final Set<HubConnection> unfinished = ConcurrentHashMap.newKeySet();

	private volatile boolean draining;

	/** Whether the loops are about to end, or have ended. */
	private volatile boolean abandoned;

	ConnectionRegistry(HubContext hub, List<ConnectionShard> shards) {
		this.hub = hub;
		this.shards = shards;
		this.userPlaces = new UserPlaces(hub.settings().maxConnectionsPerUser(), hub.settings().userLimitPolicy());
		this.controlFrames = new ControlFrames(hub.settings().retry(), hub.settings().drainTime());
	}

	ControlFrames controlFrames() {
		return this.controlFrames;
	}

	// Room

	/**
	 * Takes a place for a connection. May wait for half a second when its user has no
	 * place left.
	 * @throws ConnectionRefusedException if there is none
	 */
	void reserve(HubConnection connection, @Nullable String user) {
		requireNotDraining();
		requireListenersToKeepUp();
		int limit = this.hub.settings().maxConnections();
		if (this.places.incrementAndGet() > limit && limit > 0) {
			this.places.decrementAndGet();
			throw new ConnectionRefusedException(ConnectionRefusedException.Reason.FULL, jittered(),
					"All %d connections are in use".formatted(limit));
		}
		boolean taken = false;
		try {
			// After the other place: it may cost an older connection of the user its own.
			taken = user == null || this.userPlaces.take(user, connection);
		}
		finally {
			if (!taken) {
				this.places.decrementAndGet();
			}
		}
		if (!taken) {
			throw new ConnectionRefusedException(ConnectionRefusedException.Reason.USER_LIMIT, jittered(),
					"The user has %d connections open, as many as are allowed"
						.formatted(this.hub.settings().maxConnectionsPerUser()));
		}
	}

	private void requireNotDraining() {
		if (this.draining) {
			throw new ConnectionRefusedException(ConnectionRefusedException.Reason.DRAINING,
					jittered().plus(this.hub.settings().drainTime()), "The application is shutting down");
		}
	}

	void release(HubConnection connection, @Nullable String user) {
		this.places.decrementAndGet();
		if (user != null) {
			this.userPlaces.release(user, connection);
		}
	}

	/**
	 * No call is ever left out, so the calls that wait are bounded by refusing the
	 * connections that would bring more.
	 */
	private void requireListenersToKeepUp() {
		if (this.hub.notifier().backlog() >= maxWaitingCalls(this.hub.settings().maxConnections())) {
			throw new ConnectionRefusedException(ConnectionRefusedException.Reason.LISTENERS_BEHIND, jittered(),
					"The application is behind with what it does when connections open and close");
		}
	}

	static int maxWaitingCalls(int maxConnections) {
		if (maxConnections == 0) {
			return MAX_WAITING_CALLS;
		}
		return (int) Math.min(Integer.MAX_VALUE,
				Math.max(MIN_WAITING_CALLS, (long) WAITING_CALLS_PER_CONNECTION * maxConnections));
	}

	/** So that those who were refused together do not come back together. */
	private static Duration jittered() {
		return FULL_RETRY_AFTER.plusSeconds(ThreadLocalRandom.current().nextInt(6));
	}

	ConnectionShard leastLoadedShard() {
		return Collections.min(this.shards, Comparator.comparingInt(ConnectionShard::load));
	}

	// Draining

	void setDraining(boolean draining) {
		this.draining = draining;
		this.abandoned = false;
	}

	boolean isDraining() {
		return this.draining;
	}

	boolean isEmpty() {
		return this.places.get() == 0 && this.unfinished.isEmpty();
	}

	/**
	 * Notes that a connection has a place, or that it is not opened after all.
	 */
	void admitted(HubConnection connection, boolean admitted) {
		if (admitted) {
			this.admitted.add(connection);
		}
		else {
			this.admitted.remove(connection);
		}
	}

	/**
	 * Notes that a connection has a loop.
	 * @return whether it has: the loop may be about to end
	 */
	boolean opened(HubConnection connection) {
		this.unfinished.add(connection);
		this.admitted.remove(connection);
		// After adding: either this sees the end, or the end finds the connection.
		return !this.abandoned || !this.unfinished.remove(connection);
	}

	void closed(HubConnection connection) {
		this.unfinished.remove(connection);
	}

	/**
	 * The connections whose stream is not closed.
	 */
	Set<HubConnection> unfinished() {
		return this.unfinished;
	}

	/**
	 * Tells when every loop has done what it was told before.
	 * @return a latch that is at zero then
	 */
	CountDownLatch nextTurn() {
		CountDownLatch turn = new CountDownLatch(this.shards.size());
		this.shards.forEach((shard) -> shard.loop().execute(turn::countDown));
		return turn;
	}

	void abandonUnfinished() {
		this.abandoned = true;
		for (HubConnection connection : this.unfinished) {
			if (this.unfinished.remove(connection)) {
				connection.giveUp();
			}
		}
	}

	// SseConnections

	@Override
	public Builder open() {
		return new ConnectionBuilder();
	}

	@Override
	public Optional<SseConnection> find(String id) {
		return Optional.ofNullable(this.hub.connections().get(id));
	}

	@Override
	public List<SseConnection> list() {
		return list((connection) -> true);
	}

	@Override
	public List<SseConnection> ofUser(String user) {
		return list((connection) -> user.equals(connection.getUser()));
	}

	@Override
	public List<SseConnection> ofTopic(String topic) {
		return list((connection) -> connection.getTopics().contains(topic));
	}

	private List<SseConnection> list(Predicate<SseConnection> filter) {
		return this.hub.connections()
			.values()
			.stream()
			.map(SseConnection.class::cast)
			.filter(filter)
			.sorted(Comparator.comparing(SseConnection::getConnectedAt).thenComparing(SseConnection::getId))
			.toList();
	}

	@Override
	public int count() {
		return this.hub.connections().size();
	}

	@Override
	public Map<String, Integer> users() {
		return sum(ConnectionIndex::forEachUser);
	}

	@Override
	public Map<String, Integer> topics() {
		return sum(ConnectionIndex::forEachTopic);
	}

	private Map<String, Integer> sum(BiConsumer<ConnectionIndex, BiConsumer<String, Integer>> forEach) {
		Map<String, Integer> sums = new TreeMap<>();
		this.shards
			.forEach((shard) -> forEach.accept(shard.index(), (name, size) -> sums.merge(name, size, Integer::sum)));
		return sums;
	}

	@Override
	public boolean disconnect(String id) {
		return change(id, (connection) -> connection.onEnd(CloseReason.DISCONNECTED, null));
	}

	/**
	 * Asks those too whose stream is about to begin.
	 */
	@Override
	public int disconnectSession(String sessionId) {
		int disconnected = 0;
		for (HubConnection connection : ofSession(sessionId)) {
			if (!disconnect(connection.getId())) {
				connection.end(CloseReason.DISCONNECTED, null);
			}
			disconnected++;
		}
		return disconnected;
	}

	void changeSessionId(String oldId, String newId) {
		ofSession(oldId).forEach((connection) -> connection.changeSessionId(newId));
	}

	private List<HubConnection> ofSession(String sessionId) {
		Objects.requireNonNull(sessionId, "'sessionId' must not be null");
		// In this order: a connection goes from one set to the other, and is never in
		// none.
		return Stream.concat(this.admitted.stream(), this.unfinished.stream())
			.distinct()
			.filter((connection) -> sessionId.equals(connection.sessionId()) && !connection.isOver())
			.toList();
	}

	@Override
	public boolean subscribe(String id, String topic) {
		String name = requireTopic(topic);
		return change(id, (connection) -> connection.subscribe(name));
	}

	@Override
	public boolean unsubscribe(String id, String topic) {
		String name = requireTopic(topic);
		return change(id, (connection) -> connection.unsubscribe(name));
	}

	@Override
	public boolean changeTopics(String id, Collection<String> subscribe, Collection<String> unsubscribe) {
		Set<String> added = requireTopics(subscribe);
		Set<String> removed = requireTopics(unsubscribe);
		if (!Collections.disjoint(added, removed)) {
			throw new InvalidArgumentException("A topic must not be in both 'subscribe' and 'unsubscribe'");
		}
		return change(id, (connection) -> connection.changeTopics(added, removed));
	}

	private Set<String> requireTopics(Collection<String> topics) {
		Set<String> names = new LinkedHashSet<>();
		topics.forEach((topic) -> names.add(requireTopic(topic)));
		return names;
	}

	private boolean change(String id, Consumer<HubConnection> action) {
		HubConnection connection = this.hub.connections().get(id);
		return connection != null && connection.shard().call(() -> {
			boolean open = this.hub.connections().get(id) == connection;
			if (open) {
				action.accept(connection);
			}
			return open;
		});
	}

	private String requireTopic(String topic) {
		requireTopicsEnabled();
		return new Topic(topic).name();
	}

	private void requireTopicsEnabled() {
		if (!this.hub.settings().topicsEnabled()) {
			throw new TopicsDisabledException();
		}
	}

	/**
	 * Refuses a target that nothing can be published to.
	 */
	void requirePossible(Target target) {
		if (target.type() == Target.Type.TOPIC) {
			requireTopicsEnabled();
		}
	}

	/**
	 * How many connections a target has at the moment.
	 */
	int count(Target target) {
		Set<String> names = target.names();
		return switch (target.type()) {
			case BROADCAST -> count();
			case USER -> names.stream().mapToInt((user) -> sum((index) -> index.countUser(user))).sum();
			case TOPIC -> (names.size() == 1) ? sum((index) -> index.countTopic(names.iterator().next()))
					: sum((index) -> index.countAnyTopic(names));
			case CONNECTION -> this.hub.connections().containsKey(names.iterator().next()) ? 1 : 0;
		};
	}

	private int sum(ToIntFunction<ConnectionIndex> count) {
		int sum = 0;
		for (ConnectionShard shard : this.shards) {
			sum += count.applyAsInt(shard.index());
		}
		return sum;
	}

	/**
	 * Collects what a connection is to be.
	 */
	private final class ConnectionBuilder implements Builder {

		private final Set<String> topics = new LinkedHashSet<>();

		private final Set<String> events = new HashSet<>();

		private final Map<String, String> metadata = new LinkedHashMap<>();

		@Override
		public Builder topic(String topic) {
			this.topics.add(requireTopic(topic));
			int limit = ConnectionRegistry.this.hub.settings().maxTopics();
			if (this.topics.size() > limit) {
				throw new InvalidArgumentException(
						"A connection may have at most %d topics (sse.topics.max-per-connection)".formatted(limit));
			}
			return this;
		}

		@Override
		public Builder topics(Collection<String> topics) {
			topics.forEach(this::topic);
			return this;
		}

		@Override
		public Builder events(Collection<String> names) {
			names.forEach((name) -> this.events.add(SseEvent.requireName(name)));
			return this;
		}

		@Override
		public Builder metadata(String name, String value) {
			this.metadata.put(Objects.requireNonNull(name, "'name' must not be null"),
					Objects.requireNonNull(value, "'value' must not be null"));
			return this;
		}

		@Override
		public SseConnection build() {
			return new HubConnection(ConnectionRegistry.this, ConnectionRegistry.this.hub,
					this.topics.isEmpty() ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(this.topics)),
					Set.copyOf(this.events), this.metadata.isEmpty() ? Map.of()
							: Collections.unmodifiableMap(new LinkedHashMap<>(this.metadata)));
		}

	}

}
