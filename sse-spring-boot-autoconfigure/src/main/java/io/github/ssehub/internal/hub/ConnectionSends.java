package io.github.ssehub.internal.hub;

import java.io.InterruptedIOException;
import java.util.List;
import java.util.Set;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionClosedException;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.EventTooLargeException;
import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter.DataWithMediaType;

/**
 * What the application sends to one connection. Senders call from any thread, and may
 * have to wait for the client. The connection's loop moves what they send to its queue.
 */
final class ConnectionSends {

	/** How long a sender waits for the loop to say what becomes of a slow client. */
	private static final long LEAST_WAIT_NANOS = 1_000_000_000;

	private final HubConnection connection;

	private final HubContext hub;

	private final EmitterCallbacks callbacks;

	private final SendBuffer buffer;

	/**
	 * How many events of the buffer may be queued: their place in the order of commands
	 * and published events has come. Used by the loop alone.
	 */
	private long due;

	/** Whether somebody found no room and is to be told when there is some. */
	private boolean roomAwaited;

	ConnectionSends(HubConnection connection, HubContext hub, EmitterCallbacks callbacks) {
		this.connection = connection;
		this.hub = hub;
		this.callbacks = callbacks;
		this.buffer = new SendBuffer(hub.settings().writer().maxBytes(),
				() -> connection.shard().loop().executeInOrder(this::next));
	}

	// For senders

	/**
	 * Sends an event. Waits for the client while it takes something, and at most for
	 * {@link HubSettings#sendTimeout()} while it takes nothing.
	 */
	void send(Set<DataWithMediaType> items) throws InterruptedIOException {
		Frame frame = encode(items);
		long timeoutNanos = this.hub.settings().sendTimeout().toNanos();
		SendBuffer.Outcome outcome = add(frame, timeoutNanos);
		while (outcome == SendBuffer.Outcome.NO_ROOM) {
			if (this.connection.getState() == ConnectionState.CREATED) {
				throw new IllegalStateException(
						"%d bytes wait to be sent, and the controller has not returned the connection for %d ms: %s"
							.formatted(waitingBytes(), timeoutNanos / 1_000_000, this.connection));
			}
			this.connection.endIfStalled(timeoutNanos);
			// Then there is room, or the connection is over.
			outcome = add(frame, Math.max(timeoutNanos, LEAST_WAIT_NANOS));
		}
		requireNotClosed(outcome);
	}

	/**
	 * Sends an event if there is room for it now.
	 * @return whether there was
	 */
	boolean trySend(Set<DataWithMediaType> items) {
		Frame frame = encode(items);
		SendBuffer.Outcome outcome = this.buffer.tryAdd(frame);
		requireNotClosed(outcome);
		boolean added = outcome == SendBuffer.Outcome.ADDED;
		if (!added && this.callbacks.hasWritable() && awaitRoom(true)) {
			this.buffer.room(frame).thenRun(this::tellOfRoom);
		}
		return added;
	}

	private void tellOfRoom() {
		awaitRoom(false);
		if (!this.buffer.isClosed()) {
			this.callbacks.writable(this.hub.notifier());
		}
	}

	private synchronized boolean awaitRoom(boolean await) {
		boolean changed = this.roomAwaited != await;
		this.roomAwaited = await;
		return changed;
	}

	private Frame encode(Set<DataWithMediaType> items) {
		Frame frame = EmitterFrames.encode(items, this.hub.converter());
		long limit = this.hub.settings().maxEventBytes();
		if (frame.length() > limit) {
			throw new EventTooLargeException(frame.length(), limit);
		}
		return frame;
	}

	private SendBuffer.Outcome add(Frame frame, long timeoutNanos) throws InterruptedIOException {
		try {
			return this.buffer.add(frame, timeoutNanos);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new InterruptedIOException("Interrupted while the client took nothing: " + this.connection);
		}
	}

	private void requireNotClosed(SendBuffer.Outcome outcome) {
		if (outcome == SendBuffer.Outcome.CLOSED) {
			throw closed(this.buffer.closeReason());
		}
	}

	ConnectionClosedException closed(@Nullable CloseReason reason) {
		return new ConnectionClosedException(reason, "The connection %s: %s"
			.formatted((reason != null) ? "is over (" + reason.tag() + ")" : "was not opened", this.connection));
	}

	/**
	 * Ends the connection before it has its loop. What was sent until now still goes out.
	 * @return whether that was so; {@code false} if the loop has to end it
	 */
	boolean endEarly(CloseReason reason, @Nullable Throwable cause) {
		return this.buffer.endEarly(reason, cause);
	}

	// For the loop

	/**
	 * Has the loop take what was sent and what is sent from now on.
	 */
	void begin() {
		this.due = this.buffer.attach();
		CloseReason reason = this.buffer.closeReason();
		if (reason != null) {
			this.connection.onEnd(reason, this.buffer.closeCause());
		}
		else {
			drain();
		}
	}

	/**
	 * Called for each event in its turn, so that what a thread sends and what it
	 * publishes keep their order as long as the client keeps up.
	 */
	private void next() {
		this.due++;
		drain();
	}

	/**
	 * Whether something waits for room in the queue.
	 */
	boolean isWaiting() {
		return this.due > 0;
	}

	/**
	 * Moves to the queue what it has room for.
	 */
	void drain() {
		if (this.due > 0) {
			this.due -= this.buffer.drain(this.due, this.connection.writer()::offerFromBacklog);
		}
	}

	/**
	 * Takes nothing more.
	 * @param reason why the connection ends, or {@code null} if it was never opened
	 * @return what is left
	 */
	List<Frame> close(@Nullable CloseReason reason) {
		return this.buffer.close(reason);
	}

	// What can be seen

	/**
	 * What {@link #endEarly} was given.
	 */
	@Nullable Throwable closeCause() {
		return this.buffer.closeCause();
	}

	int waitingEvents() {
		return this.buffer.waitingEvents();
	}

	long waitingBytes() {
		return this.buffer.waitingBytes();
	}

}
