package io.github.ssehub.internal.delivery;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;

import java.net.SocketTimeoutException;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.internal.wire.EventEncoder;
import io.github.ssehub.internal.wire.Frame;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes to one connection: holds its queue, its sink and its timer. Used by the
 * connection's loop alone, except for the sink's callbacks and the read accessors.
 */
public final class ConnectionWriter extends TimerWheel.Entry implements FrameSink.Listener {

	private static final Log logger = LogFactory.getLog(ConnectionWriter.class);

	/** How many connections to prefetch before the first of them is written to. */
	public static final int PREFETCH_GROUP = 8;

	/**
	 * A peer that closed its socket answers the first write with RST, and only the next
	 * write fails. So an idle connection's heartbeat is followed by a second one, soon
	 * enough to find out within the same interval.
	 */
	private static final long PROBE_NANOS = 1_000_000_000;

	private static final AtomicLongFieldUpdater<ConnectionWriter> MESSAGES = AtomicLongFieldUpdater
		.newUpdater(ConnectionWriter.class, "messages");

	private static final AtomicLongFieldUpdater<ConnectionWriter> BYTES = AtomicLongFieldUpdater
		.newUpdater(ConnectionWriter.class, "bytes");

	private static final byte[] HEARTBEAT_COMMENT = EventEncoder.comment("heartbeat");

	private static final byte[] PROBE_COMMENT = EventEncoder.comment("");

	private final DeliveryLoop<?> loop;

	private final WriterSettings settings;

	private final WriterListener listener;

	private final DeliveryCounters counters;

	private final FrameSink sink;

	private final OutboundQueue queue;

	/** When the connection has lasted long enough, or {@link Long#MAX_VALUE}. */
	private final long lifetimeNanos;

	private final long openedNanos;

	private long heartbeatNanos;

	private long lastWriteNanos;

	private long endingSinceNanos;

	/** Set by the sink's callbacks, taken by the loop. */
	private volatile boolean signalled;

	private volatile @Nullable Throwable failure;

	/** Takes what {@link #prefetch()} has read, or the compiler would leave that out. */
	@SuppressWarnings("unused")
	private int prefetched;

	private boolean writable;

	private boolean dirty;

	private boolean probing;

	private boolean ending;

	private boolean ended;

	/**
	 * Whether an event is offered that is in no queue yet. If the connection ends
	 * meanwhile, it is dropped as well.
	 */
	private boolean undecided;

	private volatile long messages;

	private volatile long bytes;

	/**
	 * Creates a writer. It waits for its sink's {@link FrameSink.Listener#onWritable()}.
	 * @param loop the loop that owns the connection
	 * @param settings how to write
	 * @param counters what is delivered
	 * @param listener the connection
	 * @param sink where the bytes go
	 */
	public ConnectionWriter(DeliveryLoop<?> loop, WriterSettings settings, DeliveryCounters counters,
			WriterListener listener, FrameSink sink) {
		this.loop = loop;
		this.settings = settings;
		this.counters = counters;
		this.listener = listener;
		this.queue = new OutboundQueue(settings.maxEvents(), settings.maxBytes());
		this.openedNanos = this.loop.nanoTime();
		this.lastWriteNanos = this.openedNanos;
		this.lifetimeNanos = jitteredLifetime(settings.maxLifetime());
		this.heartbeatNanos = jittered(settings.heartbeatInterval(), 0.5);
		this.sink = sink;
	}

	/** Connections that came together must not leave together. */
	private static long jitteredLifetime(@Nullable Duration lifetime) {
		return (lifetime != null) ? jittered(lifetime, 0.8) : Long.MAX_VALUE;
	}

	private static long jittered(Duration duration, double least) {
		return (long) (duration.toNanos() * ThreadLocalRandom.current().nextDouble(least, 1.0));
	}

	/**
	 * Queues an event of the application. When the queue is full the overflow policy
	 * decides.
	 * @param frame the event
	 */
	public void offer(Frame frame) {
		if (!this.ending && (this.queue.hasRoom(frame.length()) || findRoom(frame))) {
			add(frame);
		}
	}

	private boolean findRoom(Frame frame) {
		this.undecided = true;
		// Events may have come faster than this loop turns: that is not the client's
		// fault.
		onSignal();
		writeQueued();
		boolean room = !this.ending && (this.queue.hasRoom(frame.length()) || makeRoom(frame));
		this.undecided = false;
		return room;
	}

	/**
	 * Queues an event that can wait elsewhere, if there is room for it: one of a replay,
	 * or one that the application sends to this connection alone. Such events take at
	 * most half of the queue, so that they never crowd out what is published.
	 * @param frame the event
	 * @return whether it was taken; if not, {@link WriterListener#onRoom()} or
	 * {@link WriterListener#onDrained()} says when there is room again, unless the
	 * connection ends
	 */
	public boolean offerFromBacklog(Frame frame) {
		if (this.ending || !hasRoomForBacklog(frame.length())) {
			return false;
		}
		add(frame);
		return true;
	}

	private boolean hasRoomForBacklog(int length) {
		int size = this.queue.size();
		return size == 0 || (size < this.settings.maxEvents() / 2
				&& this.queue.bytes() + length <= this.settings.maxBytes() / 2);
	}

	/**
	 * Writes an event of the application at once if the connection waits for nothing
	 * else, and queues it otherwise. For an event that no other follows yet, which could
	 * be written together with it.
	 * @param frame the event
	 */
	public void offerAtOnce(Frame frame) {
		if (isIdle() && !this.ending) {
			writeAtOnce(frame);
		}
		else {
			offer(frame);
		}
	}

	private void writeAtOnce(Frame frame) {
		Throwable failure = write(frame);
		if (failure != null) {
			this.undecided = frame.message();
			fail(failure);
			this.undecided = false;
		}
	}

	/**
	 * Queues a frame without looking at the bounds: what the starter itself writes, and
	 * what waited elsewhere and has to go out before an orderly end.
	 * @param frame the frame
	 */
	public void offerControl(Frame frame) {
		if (!this.ended) {
			add(frame);
		}
	}

	private void add(Frame frame) {
		this.queue.add(frame);
		markDirty();
	}

	private void markDirty() {
		if (!this.dirty) {
			this.dirty = true;
			this.loop.markDirty(this);
		}
	}

	private boolean makeRoom(Frame frame) {
		return switch (this.settings.overflow()) {
			case DISCONNECT -> endSlowConsumer();
			case DROP_NEWEST -> {
				this.listener.onDropped(DropReason.DROP_NEWEST, 1);
				yield false;
			}
			case DROP_OLDEST -> {
				dropOldest(frame);
				yield true;
			}
			case CONFLATE -> {
				int removed = this.queue.removeSuperseded(frame.key());
				if (removed > 0) {
					this.listener.onDropped(DropReason.CONFLATED, removed);
				}
				yield this.queue.hasRoom(frame.length()) || endSlowConsumer();
			}
		};
	}

	private void dropOldest(Frame frame) {
		int dropped = 0;
		while (!this.queue.hasRoom(frame.length()) && this.queue.removeOldestMessage()) {
			dropped++;
		}
		if (dropped > 0) {
			this.listener.onDropped(DropReason.DROP_OLDEST, dropped);
		}
	}

	private boolean endSlowConsumer() {
		this.listener.onEnd(CloseReason.SLOW_CONSUMER, null);
		return false;
	}

	/**
	 * Does what {@link FrameSink#prefetch()} does, for the writer as well.
	 */
	public void prefetch() {
		this.prefetched = (int) this.messages + this.queue.size() + this.sink.prefetch();
	}

	/**
	 * Writes what is queued, as far as the client takes it.
	 */
	public void flush() {
		this.dirty = false;
		writeQueued();
		if (this.ended) {
			return;
		}
		if (!isIdle()) {
			if (!this.ending && hasRoomForBacklog(0)) {
				this.listener.onRoom();
			}
		}
		else if (this.ending) {
			finish();
		}
		else {
			this.listener.onDrained();
		}
	}

	private void writeQueued() {
		while (this.writable && !this.queue.isEmpty()) {
			writeSome();
		}
	}

	/**
	 * Writes as many frames as fit into one write.
	 */
	private void writeSome() {
		if (!FrameBatch.joins(this.queue)) {
			written(1, write(this.queue.get(0)));
			return;
		}
		FrameBatch batch = this.loop.batch();
		batch.join(this.queue);
		written(batch.count(), write(batch.bytes(), batch.length(), batch.messages(), batch.messageBytes()));
		if (!this.writable) {
			batch.keepInUse();
		}
	}

	private void written(int frames, @Nullable Throwable failure) {
		if (failure == null) {
			this.queue.removeFirst(frames);
		}
		else {
			fail(failure);
		}
	}

	private @Nullable Throwable write(Frame frame) {
		int messages = frame.message() ? 1 : 0;
		return write(frame.bytes(), frame.length(), messages, messages * (long) frame.length());
	}

	/**
	 * Writes bytes.
	 * @return why it failed, or {@code null} if it did not
	 */
	private @Nullable Throwable write(byte[] bytes, int length, int messages, long messageBytes) {
		// Counted first: whoever has read an event finds it counted.
		count(messages, messageBytes);
		try {
			this.writable = this.sink.write(bytes, 0, length);
		}
		catch (IOException | RuntimeException | Error ex) {
			count(-messages, -messageBytes);
			return ex;
		}
		wrote();
		return null;
	}

	private void count(int messages, long bytes) {
		if (messages != 0) {
			MESSAGES.lazySet(this, this.messages + messages);
			BYTES.lazySet(this, this.bytes + bytes);
			this.counters.add(messages, bytes);
		}
	}

	private void wrote() {
		this.lastWriteNanos = this.loop.turnNanos();
		this.probing = false;
	}

	@Override
	public void onWritable() {
		this.signalled = true;
		this.loop.signal(this);
	}

	@Override
	public void onFailure(Throwable cause) {
		// The first one is the cause, later ones follow from it.
		if (this.failure == null) {
			this.failure = cause;
		}
		onWritable();
	}

	/**
	 * Takes what the sink has told. It tells at any time, even in the middle of a write,
	 * so it is taken when the loop is not in one.
	 */
	void onSignal() {
		if (!this.signalled) {
			return;
		}
		this.signalled = false;
		Throwable failure = this.failure;
		if (failure != null) {
			fail(failure);
		}
		else {
			resume();
		}
	}

	private void resume() {
		if (this.ended) {
			return;
		}
		try {
			this.writable = this.sink.resume();
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex);
			return;
		}
		this.lastWriteNanos = this.loop.turnNanos();
		if (this.writable) {
			// From now on it is the heartbeat that is due, and no longer the timeout.
			schedule();
		}
		flush();
	}

	/**
	 * Ends the connection. An error of the server itself is no reason to spare it: what
	 * the client has got of a write that failed is not known.
	 */
	private void fail(Throwable cause) {
		if (cause instanceof Error) {
			logger.error("Writing to a connection failed", cause);
		}
		if (!this.ended) {
			boolean timeout = cause instanceof SocketTimeoutException || cause instanceof TimeoutException;
			this.writable = false;
			this.listener.onEnd(timeout ? CloseReason.CLIENT_TIMEOUT : CloseReason.CLIENT_GONE, cause);
		}
	}

	/**
	 * Starts the timer.
	 */
	public void start() {
		if (!this.ended) {
			schedule();
		}
	}

	@Override
	void expire(long now) {
		if (this.ended) {
			return;
		}
		if (this.ending) {
			if (now - this.endingSinceNanos >= this.settings.linger().toNanos()) {
				abort();
				return;
			}
		}
		else if (now - this.openedNanos >= this.lifetimeNanos) {
			this.listener.onEnd(CloseReason.MAX_LIFETIME, null);
		}
		else if (this.writable) {
			heartbeat(now);
		}
		else if (now - this.lastWriteNanos >= this.settings.clientTimeout().toNanos()) {
			this.listener.onEnd(CloseReason.CLIENT_TIMEOUT, null);
		}
		if (!this.ended) {
			schedule();
		}
	}

	private void heartbeat(long now) {
		long idle = now - this.lastWriteNanos;
		if (this.probing && idle >= PROBE_NANOS) {
			writeHeartbeat(PROBE_COMMENT);
		}
		else if (idle >= this.heartbeatNanos) {
			writeHeartbeat(
					(this.settings.heartbeatMode() == HeartbeatMode.COMMENT) ? HEARTBEAT_COMMENT : heartbeatEvent());
			this.heartbeatNanos = jittered(this.settings.heartbeatInterval(), 0.9);
			this.probing = true;
		}
	}

	private static byte[] heartbeatEvent() {
		return EventEncoder.event(null, "heartbeat", "{\"timestamp\":" + System.currentTimeMillis() / 1000 + "}");
	}

	private void writeHeartbeat(byte[] bytes) {
		try {
			this.writable = this.sink.write(bytes, 0, bytes.length);
			wrote();
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex);
		}
	}

	/**
	 * Sets the timer to what is due next. Times are compared by their distance from now:
	 * the clock may overflow.
	 */
	private void schedule() {
		long now = this.loop.nanoTime();
		long delay;
		if (this.ending) {
			delay = this.endingSinceNanos + this.settings.linger().toNanos() - now;
		}
		else {
			long patience = this.settings.clientTimeout().toNanos();
			if (this.writable) {
				patience = this.probing ? PROBE_NANOS : this.heartbeatNanos;
			}
			delay = this.lastWriteNanos + patience - now;
			if (this.lifetimeNanos != Long.MAX_VALUE) {
				delay = Math.min(delay, this.openedNanos + this.lifetimeNanos - now);
			}
		}
		this.loop.timers().schedule(this, now + delay);
	}

	/**
	 * Ends the stream when what is queued is written. No more events are taken.
	 */
	public void end() {
		if (!this.ending) {
			this.ending = true;
			this.endingSinceNanos = this.loop.nanoTime();
			schedule();
			markDirty();
		}
	}

	/**
	 * Ends at once. What is queued is dropped.
	 */
	public void abort() {
		if (!this.ended) {
			release();
			this.sink.abandon();
			this.listener.onEnded();
		}
	}

	private void finish() {
		release();
		this.sink.complete();
		this.listener.onEnded();
	}

	private void release() {
		this.ending = true;
		this.ended = true;
		this.writable = false;
		this.loop.timers().cancel(this);
		int unwritten = this.queue.clear() + (this.undecided ? 1 : 0);
		if (unwritten > 0) {
			this.listener.onDropped(DropReason.CLOSED, unwritten);
		}
	}

	/**
	 * Whether nothing waits to be written and the client takes more.
	 * @return whether it is idle
	 */
	public boolean isIdle() {
		return this.writable && this.queue.isEmpty();
	}

	/**
	 * Writes what is queued, as far as the client takes it, and says whether the client
	 * has taken nothing for a time.
	 * @param nanos the time in nanoseconds
	 * @return whether something has waited for the client for so long
	 */
	public boolean isStalledFor(long nanos) {
		onSignal();
		writeQueued();
		return !this.ended && !this.writable && this.loop.nanoTime() - this.lastWriteNanos >= nanos;
	}

	/**
	 * How many events of the application were written.
	 * @return the number of events
	 */
	public long messages() {
		return this.messages;
	}

	/**
	 * How many bytes those events had.
	 * @return the number of bytes
	 */
	public long bytes() {
		return this.bytes;
	}

	/**
	 * How many frames wait.
	 * @return the number of frames
	 */
	public int queuedEvents() {
		return this.queue.size();
	}

	/**
	 * How many bytes wait.
	 * @return the number of bytes
	 */
	public long queuedBytes() {
		return this.queue.bytes();
	}

}
