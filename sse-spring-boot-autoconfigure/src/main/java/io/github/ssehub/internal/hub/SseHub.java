package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.internal.delivery.LoopGroup;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * One node: an event log, the delivery loops that follow it, and the connections they
 * own.
 */
public final class SseHub implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(SseHub.class);

	private final HubContext context;

	private final Tail tail = new Tail();

	private final List<ConnectionShard> shards;

	private final LoopGroup<LogEntry> loops;

	private final ConnectionRegistry registry;

	private final PublishGate gate;

	private final SsePublisher publisher;

	private volatile boolean running;

	/**
	 * Creates a hub and starts its log.
	 * @param settings the settings
	 * @param log the event log
	 * @param converter turns data into text
	 * @param observer told how long things took
	 * @param listeners gives the application's listeners, asked when there is something
	 * to tell
	 */
	public SseHub(HubSettings settings, EventLog log, DataConverter converter, HubObserver observer,
			Supplier<List<SseConnectionListener>> listeners) {
		this.context = new HubContext(settings, log, converter, new HubStatistics(), observer,
				new ListenerNotifier(listeners), new ConcurrentHashMap<>());
		Position position = log.start(this.tail);
		List<ConnectionShard> shards = new ArrayList<>();
		for (int i = 1; i <= settings.threads(); i++) {
			shards.add(new ConnectionShard(i, this.context, position));
		}
		this.shards = List.copyOf(shards);
		this.loops = new LoopGroup<>(shards.stream().map(ConnectionShard::loop).toList());
		this.registry = new ConnectionRegistry(this.context, this.shards);
		this.gate = new PublishGate(this.context, this.shards);
		this.publisher = new EventPublisher(this.context, this.registry, this.gate);
		this.tail.beginAt(position);
	}

	/**
	 * Starts the delivery loops.
	 */
	public void start() {
		this.context.notifier().start();
		this.registry.setDraining(false);
		this.tail.startLoops();
		this.running = true;
	}

	/**
	 * Refuses new connections and closes the open ones: each gets what is queued and a
	 * time to come back at, when this node does not answer any more. Then the loops end.
	 * Waits until that is done, about {@link HubSettings#drainTime()} at most, and not
	 * for clients that take nothing.
	 */
	public void stop() {
		if (!this.running) {
			return;
		}
		this.registry.setDraining(true);
		long start = System.nanoTime();
		int open = this.registry.count();
		new Drain(this.registry, this.context.settings().drainTime(), System::nanoTime).run();
		if (open > 0) {
			logger.info("Closed %d event streams in %d ms".formatted(open, (System.nanoTime() - start) / 1_000_000));
		}
		this.running = false;
		this.tail.stopLoops();
	}

	/**
	 * Publishes events.
	 * @return the publisher
	 */
	public SsePublisher publisher() {
		return this.publisher;
	}

	/**
	 * The connections of this node.
	 * @return the connections
	 */
	public SseConnections connections() {
		return this.registry;
	}

	/**
	 * Lets the connections of an HTTP session follow it when its id changes.
	 * @param oldId the id it had
	 * @param newId the id it has now
	 */
	public void changeSessionId(String oldId, String newId) {
		this.registry.changeSessionId(oldId, newId);
	}

	/**
	 * Whether a user has a connection to this node.
	 * @param user the user
	 * @return whether the user is here
	 */
	public boolean isOnline(String user) {
		return this.shards.stream().anyMatch((shard) -> shard.index().countUser(user) > 0);
	}

	/**
	 * What happened since the start.
	 * @return the statistics
	 */
	public HubStatistics statistics() {
		return this.context.statistics();
	}

	/**
	 * The settings.
	 * @return the settings
	 */
	public HubSettings settings() {
		return this.context.settings();
	}

	/**
	 * The event log.
	 * @return the log
	 */
	public EventLog log() {
		return this.context.log();
	}

	/**
	 * Whether the hub delivers and takes new connections.
	 * @return whether it is running
	 */
	public boolean isRunning() {
		return this.running && !this.registry.isDraining();
	}

	/**
	 * Whether the loops are running, draining or not.
	 * @return whether the hub was started and not stopped
	 */
	public boolean isStarted() {
		return this.running;
	}

	/**
	 * How many bytes wait for clients.
	 * @return the number of bytes
	 */
	public long queuedBytes() {
		return this.context.connections().values().stream().mapToLong(HubConnection::getQueuedBytes).sum();
	}

	/**
	 * How many calls of listeners and of emitter callbacks wait because those before them
	 * have not returned.
	 * @return the number of calls
	 */
	public int waitingCallbacks() {
		return this.context.notifier().waiting();
	}

	/**
	 * How many events wait for the loop that is furthest behind.
	 * @return the number of events
	 */
	public long backlog() {
		return this.gate.backlog();
	}

	/**
	 * How many events wait for each loop.
	 * @return the depth of each loop's inbox, by the name of the loop
	 */
	public Map<String, Long> loopDepths() {
		Map<String, Long> depths = new LinkedHashMap<>();
		this.shards.forEach((shard) -> depths.put(shard.loop().name(), shard.loop().depth()));
		return depths;
	}

	ListenerNotifier notifier() {
		return this.context.notifier();
	}

	@Override
	public void close() {
		stop();
		this.context.notifier().close();
	}

	/**
	 * Hands the loops what is in the log, in its order. While they do not run there is
	 * nobody to deliver to. Then it only notes where the log is, so that they begin
	 * exactly there.
	 */
	private final class Tail implements LogTail {

		/** Keeps the loops from starting or ending in the middle of an entry. */
		private final ReentrantLock lock = new ReentrantLock();

		/** Where the log is, noted while the loops do not run. */
		private @Nullable Position position;

		private boolean delivering;

		@Override
		public void onEntry(LogEntry entry) {
			this.lock.lock();
			try {
				if (this.delivering) {
					SseHub.this.loops.offer(entry);
				}
				this.position = entry.position();
			}
			finally {
				this.lock.unlock();
			}
		}

		@Override
		public void onGap(Replay.Gap.Cause cause, Position position) {
			SseHub.this.context.statistics().gap(cause);
			this.lock.lock();
			try {
				if (this.delivering) {
					logger.warn(
							"The event log goes on at %s and entries before that are missing (%s): %d clients are told so"
								.formatted(position, cause.tag(), SseHub.this.context.connections().size()));
					SseHub.this.shards.forEach((shard) -> shard.gap(cause, position));
				}
				this.position = position;
			}
			finally {
				this.lock.unlock();
			}
		}

		/**
		 * Takes what the log says about its beginning, unless it has gone on already.
		 */
		void beginAt(Position position) {
			this.lock.lock();
			try {
				if (this.position == null) {
					this.position = position;
				}
			}
			finally {
				this.lock.unlock();
			}
		}

		void startLoops() {
			this.lock.lock();
			try {
				Position position = Objects.requireNonNull(this.position);
				SseHub.this.shards.forEach((shard) -> shard.start(position));
				this.delivering = true;
			}
			finally {
				this.lock.unlock();
			}
		}

		void stopLoops() {
			this.lock.lock();
			try {
				this.delivering = false;
			}
			finally {
				this.lock.unlock();
			}
			SseHub.this.shards.forEach(ConnectionShard::stop);
		}

	}

}
