package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.UserLimitPolicy;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import io.github.ssehub.internal.delivery.LoopSettings;
import io.github.ssehub.internal.delivery.WriterSettings;
import io.github.ssehub.internal.hub.ConnectionRequest;
import io.github.ssehub.internal.hub.HubConnection;
import io.github.ssehub.internal.hub.HubObserver;
import io.github.ssehub.internal.hub.HubSettings;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.EventLogs;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.NodeChannel;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * A node with a hub of its own, whose clients are fakes. It says hello when it is told
 * to.
 */
final class TestNode implements AutoCloseable {

	static final int MAX_CONNECTIONS = 100;

	static final int MAX_TOPICS = 2;

	private final SseHub hub;

	private final ClusterNode node;

	private final SseCluster cluster;

	TestNode(String id, @Nullable NodeChannel channel, LongSupplier nanoTime, Duration timeout) {
		this(id, channel, nanoTime, timeout, MAX_CONNECTIONS);
	}

	TestNode(String id, @Nullable NodeChannel channel, LongSupplier nanoTime, Duration timeout, int maxConnections) {
		WriterSettings writer = new WriterSettings(16, 1 << 16, OverflowPolicy.DISCONNECT, Duration.ofMinutes(1),
				HeartbeatMode.COMMENT, Duration.ofMinutes(5), null, Duration.ofSeconds(5));
		HubSettings settings = new HubSettings(writer, maxConnections, 0, UserLimitPolicy.REJECT, 1 << 16,
				Duration.ofSeconds(3), true, MAX_TOPICS, 1, new LoopSettings(64, Duration.ZERO), Duration.ofSeconds(5),
				Duration.ofSeconds(5), Duration.ofMillis(100));
		this.hub = new SseHub(settings, EventLogs.inMemory(new LogLimits(10, 1 << 16, null, Duration.ofMinutes(1), 10)),
				String::valueOf, HubObserver.NONE, List::of);
		this.hub.start();
		this.node = new ClusterNode(new LocalNode(id, this.hub, this.hub.connections()), channel, timeout, nanoTime);
		this.cluster = new SseCluster(this.node);
	}

	static ConditionFactory eventually(String what) {
		return Awaitility.await(what)
			.atMost(Duration.ofSeconds(10))
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(2));
	}

	/**
	 * The threads of all nodes.
	 */
	static Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("sse-cluster"))
			.collect(Collectors.toSet());
	}

	/**
	 * Waits until no others are left. A pool says that it is over a moment before its
	 * last thread is.
	 */
	static void awaitEndOfThreads(Set<Thread> others) {
		eventually("the end of all threads but " + others).until(() -> others.containsAll(threads()));
	}

	ClusterNode node() {
		return this.node;
	}

	SseCluster cluster() {
		return this.cluster;
	}

	SseHub hub() {
		return this.hub;
	}

	/**
	 * Opens a connection to this node.
	 * @return its id
	 */
	String connect(@Nullable String user, String... topics) {
		HubConnection connection = (HubConnection) this.hub.connections().open().topics(List.of(topics)).build();
		connection.admit(new ConnectionRequest(user, "192.0.2.1", null));
		FakeFrameSink sink = FakeFrameSink.ready();
		connection.open(sink);
		// Written when the connection is in every index.
		sink.nextWrite();
		return connection.getId();
	}

	@Override
	public void close() {
		this.node.stop();
		this.hub.close();
		this.hub.log().close();
	}

}
