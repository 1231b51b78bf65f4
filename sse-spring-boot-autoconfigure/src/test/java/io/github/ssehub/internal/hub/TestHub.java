package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.Published;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.UserLimitPolicy;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import io.github.ssehub.internal.delivery.LoopSettings;
import io.github.ssehub.internal.delivery.WriterSettings;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogs;
import io.github.ssehub.log.LogLimits;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A running hub whose clients are fakes.
 */
final class TestHub implements AutoCloseable {

	static final Duration PATIENCE = Duration.ofSeconds(10);

	private final SseHub hub;

	private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

	private final Set<ConnectionShard> shards = new LinkedHashSet<>();

	private final List<TestClient> clients = new ArrayList<>();

	private TestHub(Options options) {
		WriterSettings writer = new WriterSettings(options.bufferEvents, options.bufferBytes, options.overflow,
				Duration.ofMinutes(1), HeartbeatMode.COMMENT, Duration.ofMinutes(5), null, Duration.ofSeconds(5));
		HubSettings settings = new HubSettings(writer, options.maxConnections, options.maxConnectionsPerUser,
				options.userLimitPolicy, options.maxEventBytes, Duration.ofSeconds(3), options.topicsEnabled,
				options.maxTopics, options.threads, new LoopSettings(options.inboxCapacity, options.batchInterval),
				options.publishTimeout, options.sendTimeout, options.drainTime);
		EventLog log = (options.log != null) ? options.log : memoryLog(options.history);
		List<SseConnectionListener> listeners = new ArrayList<>(options.listeners);
		listeners.add(new Recorder(options.beforeCall));
		this.hub = new SseHub(settings, log, options.converter, options.observer, () -> listeners);
		if (options.started) {
			this.hub.start();
		}
	}

	static TestHub start() {
		return start((options) -> {
		});
	}

	static TestHub start(Consumer<Options> customizer) {
		Options options = new Options();
		customizer.accept(options);
		return new TestHub(options);
	}

	static EventLog memoryLog(int history) {
		return EventLogs.inMemory(new LogLimits(history, 1 << 26, null, Duration.ofMinutes(5), 10_000));
	}

	/**
	 * What to wait for a condition with, looking at it at once and often.
	 */
	static ConditionFactory eventually(String what) {
		return Awaitility.await(what).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
	}

	SseHub hub() {
		return this.hub;
	}

	SsePublisher publisher() {
		return this.hub.publisher();
	}

	SseConnections connections() {
		return this.hub.connections();
	}

	HubStatistics statistics() {
		return this.hub.statistics();
	}

	Published broadcast(String name) {
		return publisher().broadcast(SseEvent.of(name, name));
	}

	Client client() {
		return new Client();
	}

	TestClient connect() {
		return client().connect();
	}

	/**
	 * Waits for the next call of a listener.
	 */
	String nextCall() {
		try {
			String call = this.calls.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(call).as("a call of a listener").isNotNull();
			return call;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	List<String> takeCalls() {
		List<String> taken = new ArrayList<>();
		this.calls.drainTo(taken);
		return taken;
	}

	/**
	 * Ends all connections and checks that nothing is left of them anywhere.
	 */
	void assertLeavesNothingBehind() {
		this.clients.forEach((client) -> client.connection().complete());
		this.clients.forEach((client) -> client.sink().release());
		eventually("the end of all connections").until(() -> registry().isEmpty());
		assertThat(connections().count()).isZero();
		assertThat(connections().list()).isEmpty();
		assertThat(connections().users()).isEmpty();
		assertThat(connections().topics()).isEmpty();
		assertThat(this.hub.queuedBytes()).isZero();
		assertThat(this.shards).allSatisfy((shard) -> assertThat(shard.index().all().size()).isZero());
		long closed = 0;
		for (CloseReason reason : CloseReason.values()) {
			closed += statistics().disconnects(reason);
		}
		assertThat(closed).isEqualTo(statistics().totalConnections());
		this.clients.forEach((client) -> client.sink().assertRulesKept());
	}

	ListenerNotifier notifier() {
		return this.hub.notifier();
	}

	ConnectionRegistry registry() {
		return (ConnectionRegistry) this.hub.connections();
	}

	@Override
	public void close() {
		this.hub.close();
		this.hub.log().close();
	}

	/**
	 * What a hub is made of, and what a test may change.
	 */
	static final class Options {

		boolean started = true;

		int maxConnections = 0;

		int maxConnectionsPerUser = 0;

		UserLimitPolicy userLimitPolicy = UserLimitPolicy.REJECT;

		long maxEventBytes = 1 << 18;

		boolean topicsEnabled = true;

		int maxTopics = 64;

		int threads = 2;

		int inboxCapacity = 8192;

		Duration batchInterval = Duration.ZERO;

		Duration publishTimeout = PATIENCE;

		Duration sendTimeout = PATIENCE;

		Duration drainTime = Duration.ofMillis(500);

		int bufferEvents = 256;

		long bufferBytes = 1 << 20;

		OverflowPolicy overflow = OverflowPolicy.DISCONNECT;

		int history = 1000;

		@Nullable EventLog log;

		DataConverter converter = JsonMapper.shared()::writeValueAsString;

		HubObserver observer = HubObserver.NONE;

		List<SseConnectionListener> listeners = List.of();

		/** What {@link TestHub#nextCall()} returns goes through this first. */
		Consumer<String> beforeCall = (call) -> {
		};

	}

	/**
	 * Who connects.
	 */
	final class Client {

		private @Nullable String user;

		private @Nullable String sessionId;

		private @Nullable String lastEventId;

		private final SseConnections.Builder builder = connections().open();

		private FakeFrameSink sink = FakeFrameSink.ready();

		Client user(@Nullable String user) {
			this.user = user;
			return this;
		}

		Client session(String sessionId) {
			this.sessionId = sessionId;
			return this;
		}

		Client lastEventId(@Nullable String lastEventId) {
			this.lastEventId = lastEventId;
			return this;
		}

		Client topics(String... topics) {
			this.builder.topics(List.of(topics));
			return this;
		}

		Client events(String... names) {
			this.builder.events(List.of(names));
			return this;
		}

		Client sink(FakeFrameSink sink) {
			this.sink = sink;
			return this;
		}

		HubConnection build() {
			return (HubConnection) this.builder.build();
		}

		ConnectionRequest request() {
			return new ConnectionRequest(this.user, "192.0.2.1", this.sessionId, LastEventId.parse(this.lastEventId));
		}

		TestClient connect() {
			return connect(build());
		}

		TestClient connect(HubConnection connection) {
			connection.admit(request());
			connection.open(this.sink);
			TestClient client = new TestClient(connection, this.sink);
			synchronized (TestHub.this.clients) {
				TestHub.this.clients.add(client);
				TestHub.this.shards.add(connection.shard());
			}
			return client;
		}

		/**
		 * Connects, and takes the {@code connected} event.
		 */
		TestClient connected() {
			TestClient client = connect();
			client.next("connected");
			return client;
		}

	}

	private final class Recorder implements SseConnectionListener {

		private final Consumer<String> beforeCall;

		Recorder(Consumer<String> beforeCall) {
			this.beforeCall = beforeCall;
		}

		@Override
		public void onConnected(SseConnection connection) {
			record("connected " + connection.getId());
		}

		@Override
		public void onDisconnected(SseConnection connection, CloseReason reason) {
			record("disconnected " + connection.getId() + " " + reason.tag());
		}

		@Override
		public void onDropped(SseConnection connection, DropReason reason, int count) {
			record("dropped " + connection.getId() + " " + reason.tag() + " " + count);
		}

		private void record(String call) {
			this.beforeCall.accept(call);
			TestHub.this.calls.add(call);
		}

	}

}
