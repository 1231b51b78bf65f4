package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.DropReason;
import io.github.ssehub.InvalidArgumentException;
import io.github.ssehub.SseConnection;
import io.github.ssehub.internal.delivery.ConnectionWriter;
import io.github.ssehub.internal.delivery.FrameSink;
import io.github.ssehub.internal.delivery.WriterListener;
import io.github.ssehub.internal.wire.Frame;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection of this node.
 *
 * From {@link #open} on it belongs to a shard, and only that shard's loop changes it; the
 * methods that other threads call post a command. Before, the monitor of {@link #sends}
 * guards its state. What the application sends goes through {@link #sends} at any time.
 */
public final class HubConnection extends SseConnection implements WriterListener {

	private static final Log logger = LogFactory.getLog(SseConnection.class);

	private final String id = UUID.randomUUID().toString();

	private final Instant connectedAt = Instant.now();

	private final long createdNanos = System.nanoTime();

	private final ConnectionRegistry registry;

	private final HubContext hub;

	private final Set<String> events;

	private final boolean filtered;

	private final Map<String, String> metadata;

	private final ConnectionSends sends;

	private final EmitterCallbacks callbacks = new EmitterCallbacks();

	private final UntoldDrops untoldDrops = new UntoldDrops();

	private volatile Set<String> topics;

	private volatile ConnectionState state = ConnectionState.CREATED;

	private volatile @Nullable ConnectionRequest request;

	private volatile @Nullable ConnectionShard shard;

	private volatile @Nullable ConnectionWriter writer;

	private boolean beginning;

	private boolean begun;

	private boolean live;

	private long lastSequence;

	private @Nullable Position replayPosition;

	private boolean awaitingReplay;

	/** What its topics were, if they changed during the replay. */
	private @Nullable ReplayTopics replayTopics;

	/** Whether the replay fills the queue next, when something is sent as well. */
	private boolean replayHasTurn;

	private @Nullable CloseReason closeReason;

	HubConnection(ConnectionRegistry registry, HubContext hub, Set<String> topics, Set<String> events,
			Map<String, String> metadata) {
		this.registry = registry;
		this.hub = hub;
		this.topics = topics;
		this.events = events;
		this.filtered = !events.isEmpty();
		this.metadata = metadata;
		this.sends = new ConnectionSends(this, hub, this.callbacks);
	}

	// Opening

	/**
	 * Takes a place for this connection, before anything is written to the client.
	 * @param request who opens it
	 * @throws io.github.ssehub.ConnectionRefusedException if there is none
	 * @throws IllegalStateException if the connection was returned from a controller
	 * before
	 */
	public void admit(ConnectionRequest request) {
		requireTransition(ConnectionState.OPENING);
		// Not under the lock, because this may wait.
		this.registry.reserve(this, request.user());
		boolean admitted;
		synchronized (this.sends) {
			admitted = this.state.canBecome(ConnectionState.OPENING);
			if (admitted) {
				this.request = request;
				this.state = ConnectionState.OPENING;
				this.registry.admitted(this, true);
			}
		}
		if (!admitted) {
			this.registry.release(this, request.user());
			requireTransition(ConnectionState.OPENING);
		}
	}

	/**
	 * Ends a connection that has not been opened, and will not be: its request was
	 * refused, needs no stream, or the response could not be prepared. Does nothing once
	 * it was opened.
	 * @param cause why, or {@code null} if nothing failed
	 */
	public void cancel(@Nullable Throwable cause) {
		boolean admitted;
		synchronized (this.sends) {
			if (this.shard != null
					|| (this.state != ConnectionState.CREATED && this.state != ConnectionState.OPENING)) {
				return;
			}
			admitted = this.state == ConnectionState.OPENING;
			become(ConnectionState.CLOSED);
		}
		if (admitted) {
			this.registry.admitted(this, false);
			this.registry.release(this, getUser());
		}
		int unsent = this.sends.close(null).size();
		if (unsent > 0) {
			onDropped(DropReason.CLOSED, unsent);
		}
		this.callbacks.failed((cause != null) ? cause : this.sends.closeCause());
		this.callbacks.run(null, this.hub.notifier());
	}

	/**
	 * Hands an admitted connection to its loop. If the loops have just ended, the stream
	 * ends at once.
	 * @param sink writes the response
	 */
	public void open(FrameSink sink) {
		ConnectionShard shard = this.registry.leastLoadedShard();
		ConnectionWriter writer = new ConnectionWriter(shard.loop(), this.hub.settings().writer(), shard.counters(),
				this, sink);
		this.writer = writer;
		this.shard = shard;
		if (!this.registry.opened(this)) {
			this.shard = null;
			sink.abandon();
			cancel(null);
			return;
		}
		shard.opened();
		shard.loop().execute(writer::start);
		sink.attach(writer);
	}

	private void beginOrEnd() {
		try {
			begin();
		}
		catch (RuntimeException | Error ex) {
			onEnd(CloseReason.ERROR, ex);
			throw ex;
		}
	}

	/**
	 * Makes the connection known, as soon as something can be written to it: nothing is
	 * queued for a response that does not take it yet.
	 *
	 * A new client is live at once, one that comes back catches up first. Its
	 * {@code connected} event then carries the old position: if it drops again before the
	 * first missed event, it asks for the same ones.
	 */
	private void begin() {
		if (this.state != ConnectionState.OPENING) {
			return;
		}
		ConnectionShard shard = shard();
		ConnectionWriter writer = writer();
		this.begun = true;
		this.hub.connections().put(this.id, this);
		shard.add(this);
		this.hub.statistics().connected();
		if (logger.isDebugEnabled()) {
			logger.debug("Opened " + describe());
		}
		this.hub.notifier().notifyListeners((listener) -> listener.onConnected(this));
		ControlFrames frames = this.registry.controlFrames();
		writer.offerControl(frames.preamble());
		LastEventId lastEventId = request().lastEventId();
		if (lastEventId == null) {
			writer.offerControl(frames.connected(this, shard.position()));
			goLive();
		}
		else {
			resume(lastEventId.position(), shard, writer);
		}
		this.sends.begin();
	}

	private void resume(@Nullable Position position, ConnectionShard shard, ConnectionWriter writer) {
		boolean sameEpoch = position != null && position.epoch().equals(shard.position().epoch());
		writer.offerControl(this.registry.controlFrames().connected(this, sameEpoch ? position : null));
		if (position == null) {
			reset(ReplayOutcome.UNKNOWN, "unknown");
			return;
		}
		become(ConnectionState.REPLAYING);
		this.replayPosition = position;
		shard.advance(this);
	}

	private void goLive() {
		this.replayPosition = null;
		this.replayTopics = null;
		this.live = true;
		become(ConnectionState.OPEN);
	}

	// Replay

	Position replayPosition() {
		Position position = this.replayPosition;
		if (position == null) {
			throw new IllegalStateException(this + " is not replaying");
		}
		return position;
	}

	void advanceReplay() {
		if (this.state == ConnectionState.REPLAYING && !this.awaitingReplay) {
			shard().advance(this);
		}
	}

	/**
	 * Notes that the log is being read for this connection and will answer later.
	 */
	void awaitReplay() {
		this.awaitingReplay = true;
	}

	/**
	 * Takes what the log answered.
	 * @return whether there is nothing more to do now: events are queued, the connection
	 * is live, or over
	 */
	boolean replay(Replay replay) {
		this.awaitingReplay = false;
		if (this.state != ConnectionState.REPLAYING) {
			return true;
		}
		if (replay instanceof Replay.Gap gap) {
			reset(ReplayOutcome.GAP, gap.cause().tag());
			return true;
		}
		if (!(replay instanceof Replay.Entries next)) {
			reset(ReplayOutcome.UNKNOWN, "unknown");
			return true;
		}
		if (next.entries().isEmpty()) {
			if (replayPosition().equals(shard().position())) {
				this.hub.statistics().replay(ReplayOutcome.REPLAYED);
				goLive();
			}
			else {
				advanceReplay();
			}
			return true;
		}
		return queue(next.entries());
	}

	private boolean queue(List<LogEntry> entries) {
		ConnectionWriter writer = writer();
		boolean queued = false;
		for (LogEntry entry : entries) {
			if (ConnectionShard.matches(entry, this)) {
				if (!writer.offerFromBacklog(new Frame(entry.frame(), entry.key(), true))) {
					return true;
				}
				queued = true;
			}
			this.replayPosition = entry.position();
		}
		return queued;
	}

	void replayFailed(Throwable cause) {
		onEnd(CloseReason.ERROR, cause);
	}

	private void reset(ReplayOutcome outcome, String reason) {
		this.hub.statistics().replay(outcome);
		writer().offerControl(this.registry.controlFrames().reset(reason, shard().position()));
		goLive();
	}

	/**
	 * Tells the client that the log has a gap where it is.
	 */
	void onGap(Replay.Gap.Cause cause) {
		if (this.live) {
			writer().offerControl(this.registry.controlFrames().reset(cause.tag(), shard().position()));
		}
	}

	@Override
	public void onDrained() {
		if (this.state == ConnectionState.OPENING) {
			if (!this.beginning) {
				this.beginning = true;
				// In order: what was published before the client came is not for it.
				shard().loop().executeInOrder(this::beginOrEnd);
			}
		}
		else if (this.sends.isWaiting() && !(this.replayHasTurn && this.state == ConnectionState.REPLAYING)) {
			this.replayHasTurn = true;
			this.sends.drain();
		}
		else {
			this.replayHasTurn = false;
			advanceReplay();
			this.sends.drain();
		}
	}

	@Override
	public void onRoom() {
		if (this.state == ConnectionState.OPEN) {
			this.sends.drain();
		}
	}

	// Delivery

	/**
	 * Queues or writes a live event, unless this connection has it already or will get it
	 * by replay.
	 * @param last whether no other event waits for the loop
	 */
	void deliver(Frame frame, String name, long sequence, boolean last) {
		if (!this.live || this.lastSequence == sequence || !wants(name)) {
			return;
		}
		this.lastSequence = sequence;
		if (last) {
			writer().offerAtOnce(frame);
		}
		else {
			writer().offer(frame);
		}
	}

	/**
	 * Prefetches what {@link #deliver} needs for a write. Not if there is a filter: it
	 * would have to be asked twice to know whether there is going to be one.
	 */
	void prefetch() {
		if (this.live && !this.filtered) {
			writer().prefetch();
		}
	}

	boolean wants(String name) {
		return !this.filtered || this.events.contains(name);
	}

	/**
	 * Whether the connection had one of the topics when an entry was published that it
	 * replays.
	 */
	boolean replaysAny(Set<String> topics, Position position) {
		Set<String> then = (this.replayTopics != null) ? this.replayTopics.at(position.offset()) : this.topics;
		return !Collections.disjoint(then, topics);
	}

	boolean isSubscribedToAny(Set<String> topics) {
		return !Collections.disjoint(this.topics, topics);
	}

	@Override
	public void onDropped(DropReason reason, int count) {
		this.hub.statistics().dropped(reason, count);
		if (this.begun) {
			this.hub.notifier().notifyDropped(this, this.untoldDrops, reason, count);
		}
	}

	/**
	 * Writes a little, to find out whether the client is still there. Not if something
	 * waits for it: that finds out as well.
	 */
	void probe() {
		ConnectionShard shard = this.shard;
		if (shard != null) {
			shard.loop().execute(() -> {
				if (this.begun && !isOver() && writer().isIdle()) {
					writer().offerControl(this.registry.controlFrames().probe());
				}
			});
		}
	}

	// Topics

	void subscribe(String topic) {
		if (this.topics.contains(topic) || isOver()) {
			return;
		}
		int limit = this.hub.settings().maxTopics();
		if (this.topics.size() >= limit) {
			throw new InvalidArgumentException(
					"The connection has %d topics, as many as sse.topics.max-per-connection allows".formatted(limit));
		}
		Set<String> topics = new LinkedHashSet<>(this.topics);
		topics.add(topic);
		change(topic, topics);
		shard().index().addTopic(this, topic);
	}

	/**
	 * Changes several topics, or none when they would become too many.
	 */
	void changeTopics(Set<String> added, Set<String> removed) {
		Set<String> topics = new LinkedHashSet<>(this.topics);
		topics.removeAll(removed);
		topics.addAll(added);
		int limit = this.hub.settings().maxTopics();
		if (topics.size() > limit) {
			throw new InvalidArgumentException(
					"The connection would have %d topics, more than the %d that sse.topics.max-per-connection allows"
						.formatted(topics.size(), limit));
		}
		removed.forEach(this::unsubscribe);
		added.forEach(this::subscribe);
	}

	void unsubscribe(String topic) {
		if (!this.topics.contains(topic) || isOver()) {
			return;
		}
		Set<String> topics = new LinkedHashSet<>(this.topics);
		topics.remove(topic);
		change(topic, topics);
		shard().index().removeTopic(this, topic);
	}

	private void change(String topic, Set<String> topics) {
		if (this.state == ConnectionState.REPLAYING) {
			if (this.replayTopics == null) {
				this.replayTopics = new ReplayTopics(this.topics);
			}
			this.replayTopics.toggled(shard().position().offset(), topic);
		}
		this.topics = Collections.unmodifiableSet(topics);
	}

	// The end

	/**
	 * Ends the connection. Whatever asks for it, this is the one place where it leaves
	 * the registry, so it leaves once.
	 */
	@Override
	public void onEnd(CloseReason reason, @Nullable Throwable cause) {
		if (this.state == ConnectionState.CLOSED) {
			return;
		}
		if (this.state == ConnectionState.CLOSING) {
			if (isBeyondWriting(reason)) {
				writer().abort();
			}
			return;
		}
		this.closeReason = reason;
		this.live = false;
		if (this.hub.connections().remove(this.id, this)) {
			shard().remove(this);
			this.hub.statistics().disconnected(reason);
		}
		this.registry.release(this, getUser());
		List<Frame> unsent = this.sends.close(reason);
		this.callbacks.failed(failure(reason, cause));
		become(ConnectionState.CLOSING);
		if (logger.isDebugEnabled()) {
			logger.debug("Closing %s after %d ms: %s%s".formatted(describe(), ageNanos() / 1_000_000, reason.tag(),
					(cause != null) ? " (" + cause + ")" : ""));
		}
		if (isBeyondWriting(reason)) {
			if (!unsent.isEmpty()) {
				onDropped(DropReason.CLOSED, unsent.size());
			}
			writer().abort();
			return;
		}
		unsent.forEach(writer()::offerControl);
		if (!reason.isReconnect()) {
			writer().offerControl(this.registry.controlFrames().close(reason, shard().position()));
		}
		else if (this.registry.isDraining()) {
			writer().offerControl(this.registry.controlFrames().retryAfterDrain());
		}
		writer().end();
	}

	private static boolean isBeyondWriting(CloseReason reason) {
		return switch (reason) {
			case CLIENT_GONE, CLIENT_TIMEOUT, SLOW_CONSUMER -> true;
			case MAX_LIFETIME, SHUTDOWN, COMPLETED, ERROR, DISCONNECTED, SUPERSEDED -> false;
		};
	}

	/**
	 * What the error callbacks get. Who produces for this connection alone has to learn
	 * that it ended against its wish, also when nothing was thrown.
	 */
	private @Nullable Throwable failure(CloseReason reason, @Nullable Throwable cause) {
		return (cause == null && isBeyondWriting(reason)) ? this.sends.closed(reason) : cause;
	}

	@Override
	public void onEnded() {
		become(ConnectionState.CLOSED);
		CloseReason reason = this.closeReason;
		if (reason == null) {
			throw new IllegalStateException(this + " ended without a reason");
		}
		shard().closed();
		this.registry.closed(this);
		try {
			if (this.begun) {
				this.hub.observer().onClosed(ageNanos());
				this.hub.notifier().notifyListeners((listener) -> listener.onDisconnected(this, reason));
			}
		}
		finally {
			this.callbacks.run(reason, this.hub.notifier());
		}
	}

	/**
	 * Asks the loop to end the connection.
	 */
	public void end(CloseReason reason, @Nullable Throwable cause) {
		if (!this.sends.endEarly(reason, cause)) {
			shard().loop().execute(() -> onEnd(reason, cause));
		}
	}

	/**
	 * Asks the loop to end the connection if its client has taken nothing for a time. One
	 * that takes something, however little, only makes its sender wait.
	 */
	void endIfStalled(long nanos) {
		ConnectionShard shard = this.shard;
		if (shard != null) {
			shard.loop().execute(() -> {
				if (!isOver() && writer().isStalledFor(nanos)) {
					onEnd(CloseReason.SLOW_CONSUMER, null);
				}
			});
		}
	}

	/**
	 * Ends the connection without waiting for its client.
	 */
	void giveUp() {
		shard().loop().execute(() -> {
			if (!isOver()) {
				// Nobody has asked it to end. A client that reads gets its last words.
				onEnd(CloseReason.SHUTDOWN, null);
				writer().flush();
			}
			onEnd(CloseReason.CLIENT_TIMEOUT, null);
		});
	}

	private long ageNanos() {
		return System.nanoTime() - this.createdNanos;
	}

	/**
	 * Describes the connection in one line, whatever its user is called.
	 */
	private String describe() {
		String user = (getUser() != null) ? "user " + getUser() : "nobody";
		return "connection %s of %s from %s".formatted(this.id,
				user.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]", "?"), getRemoteAddress());
	}

	boolean isOver() {
		return this.state == ConnectionState.CLOSING || this.state == ConnectionState.CLOSED;
	}

	private void become(ConnectionState next) {
		requireTransition(next);
		this.state = next;
	}

	private void requireTransition(ConnectionState next) {
		if (!this.state.canBecome(next)) {
			throw new IllegalStateException(this + " cannot become " + next);
		}
	}

	// SseEmitter

	@Override
	public void send(SseEventBuilder builder) throws IOException {
		send(builder.build());
	}

	@Override
	public void send(Set<DataWithMediaType> items) throws IOException {
		this.sends.send(items);
	}

	@Override
	public boolean trySend(Object data) {
		return trySend(event().data(data));
	}

	@Override
	public boolean trySend(SseEventBuilder builder) {
		return this.sends.trySend(builder.build());
	}

	@Override
	public void complete() {
		end(CloseReason.COMPLETED, null);
	}

	@Override
	public void completeWithError(Throwable cause) {
		end(CloseReason.ERROR, cause);
	}

	@Override
	public void onTimeout(Runnable callback) {
		this.callbacks.onTimeout(callback, this.hub.notifier());
	}

	@Override
	public void onError(Consumer<Throwable> callback) {
		this.callbacks.onError(callback, this.hub.notifier());
	}

	@Override
	public void onCompletion(Runnable callback) {
		this.callbacks.onCompletion(callback, this.hub.notifier());
	}

	@Override
	public void onWritable(Runnable callback) {
		this.callbacks.onWritable(callback);
	}

	// What can be seen

	@Override
	public String getId() {
		return this.id;
	}

	@Override
	public @Nullable String getUser() {
		ConnectionRequest request = this.request;
		return (request != null) ? request.user() : null;
	}

	@Override
	public Set<String> getTopics() {
		return this.topics;
	}

	@Override
	public Set<String> getEvents() {
		return this.events;
	}

	@Override
	public Map<String, String> getMetadata() {
		return this.metadata;
	}

	@Override
	public @Nullable String getRemoteAddress() {
		ConnectionRequest request = this.request;
		return (request != null) ? request.remoteAddress() : null;
	}

	/**
	 * Not for the application: it would end up where the connection is shown.
	 */
	@Nullable String sessionId() {
		ConnectionRequest request = this.request;
		return (request != null) ? request.sessionId() : null;
	}

	public void changeSessionId(String sessionId) {
		this.request = request().withSessionId(sessionId);
	}

	@Override
	public Instant getConnectedAt() {
		return this.connectedAt;
	}

	@Override
	public ConnectionState getState() {
		return this.state;
	}

	@Override
	public long getMessageCount() {
		ConnectionWriter writer = this.writer;
		return (writer != null) ? writer.messages() : 0;
	}

	@Override
	public long getBytesSent() {
		ConnectionWriter writer = this.writer;
		return (writer != null) ? writer.bytes() : 0;
	}

	@Override
	public int getQueuedEvents() {
		ConnectionWriter writer = this.writer;
		return this.sends.waitingEvents() + ((writer != null) ? writer.queuedEvents() : 0);
	}

	@Override
	public long getQueuedBytes() {
		ConnectionWriter writer = this.writer;
		return this.sends.waitingBytes() + ((writer != null) ? writer.queuedBytes() : 0);
	}

	ConnectionShard shard() {
		return require(this.shard);
	}

	ConnectionWriter writer() {
		return require(this.writer);
	}

	private ConnectionRequest request() {
		return require(this.request);
	}

	private <T> T require(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException(this + " is not open");
		}
		return value;
	}

}
