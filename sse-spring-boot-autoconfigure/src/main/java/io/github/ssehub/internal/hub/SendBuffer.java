package io.github.ssehub.internal.hub;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

import io.github.ssehub.CloseReason;
import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What the application sends to one connection and the connection's queue has not taken
 * yet: because the controller has not returned the connection, or because the client is
 * slower than the application. It is bounded by bytes, and whoever sends more waits.
 *
 * Its monitor guards it and is held for a few steps in memory. Nobody waits with it.
 */
final class SendBuffer {

	/** What a frame takes beside its bytes, so that many small ones count as well. */
	static final int FRAME_OVERHEAD = 64;

	private final long maxBytes;

	/** Called for each frame that is added once the connection has its loop. */
	private final Runnable onAdded;

	/**
	 * The thread that made the connection, until the connection has its loop. It cannot
	 * return the connection while it waits, so it is never made to.
	 */
	private @Nullable Thread maker = Thread.currentThread();

	private @Nullable Queue<Frame> frames;

	/** The bytes of the frames, and their overhead. */
	private long bytes;

	/** Whether the connection has its loop. */
	private boolean attached;

	/** Completed when something has left the buffer, and at the end. */
	private @Nullable CompletableFuture<Void> change;

	private boolean closed;

	private @Nullable CloseReason closeReason;

	private @Nullable Throwable closeCause;

	SendBuffer(long maxBytes, Runnable onAdded) {
		this.maxBytes = maxBytes;
		this.onAdded = onAdded;
	}

	// For senders

	/**
	 * Adds a frame, and waits for room if there is none.
	 * @param timeoutNanos how long to wait at most; 0 for not at all
	 * @return what became of the frame
	 * @throws InterruptedException if the thread is interrupted while it waits
	 */
	Outcome add(Frame frame, long timeoutNanos) throws InterruptedException {
		Outcome outcome = tryAdd(frame);
		long start = System.nanoTime();
		while (outcome == Outcome.NO_ROOM) {
			long left = timeoutNanos - (System.nanoTime() - start);
			if (left <= 0 || !await(room(frame), left)) {
				return Outcome.NO_ROOM;
			}
			outcome = tryAdd(frame);
		}
		return outcome;
	}

	/**
	 * Adds a frame if there is room.
	 * @return what became of the frame
	 */
	Outcome tryAdd(Frame frame) {
		boolean attached;
		synchronized (this) {
			if (this.closed) {
				return Outcome.CLOSED;
			}
			if (!hasRoom(frame)) {
				return Outcome.NO_ROOM;
			}
			if (this.frames == null) {
				this.frames = new ArrayDeque<>(4);
			}
			this.frames.add(frame);
			this.bytes += sizeOf(frame);
			attached = this.attached;
		}
		if (attached) {
			this.onAdded.run();
		}
		return Outcome.ADDED;
	}

	/**
	 * Completed as soon as there may be room for a frame, and at the end.
	 */
	synchronized CompletableFuture<Void> room(Frame frame) {
		if (this.closed || hasRoom(frame)) {
			return CompletableFuture.completedFuture(null);
		}
		if (this.change == null) {
			this.change = new CompletableFuture<>();
		}
		return this.change;
	}

	private boolean hasRoom(Frame frame) {
		return this.bytes == 0 || this.bytes + sizeOf(frame) <= this.maxBytes || Thread.currentThread() == this.maker;
	}

	private static long sizeOf(Frame frame) {
		return frame.length() + FRAME_OVERHEAD;
	}

	private static boolean await(CompletableFuture<Void> change, long nanos) throws InterruptedException {
		try {
			change.get(nanos, TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return false;
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Ends the connection before it has its loop. What was sent until now still goes out.
	 * @return whether that was so; {@code false} if the loop has to end it
	 */
	boolean endEarly(CloseReason reason, @Nullable Throwable cause) {
		CompletableFuture<Void> change;
		synchronized (this) {
			if (this.attached) {
				return false;
			}
			if (!this.closed) {
				this.closeCause = cause;
			}
			change = markClosed(reason);
		}
		complete(change);
		return true;
	}

	// For the loop

	/**
	 * Has the loop told of each frame from now on.
	 * @return how many frames are here already
	 */
	synchronized int attach() {
		this.attached = true;
		this.maker = null;
		return waitingEvents();
	}

	/**
	 * Hands over frames in order, as long as they are taken.
	 * @param limit how many at most
	 * @param taker whether it takes a frame
	 * @return how many were taken
	 */
	int drain(long limit, Predicate<Frame> taker) {
		CompletableFuture<Void> change = null;
		int taken = 0;
		synchronized (this) {
			Queue<Frame> frames = this.frames;
			while (taken < limit && frames != null && !frames.isEmpty() && taker.test(frames.element())) {
				this.bytes -= sizeOf(frames.remove());
				taken++;
			}
			if (this.bytes == 0) {
				this.frames = null;
			}
			if (taken > 0) {
				change = takeChange();
			}
		}
		complete(change);
		return taken;
	}

	/**
	 * Takes nothing more.
	 * @param reason why the connection ends, or {@code null} if it was never opened
	 * @return the frames that are left
	 */
	List<Frame> close(@Nullable CloseReason reason) {
		CompletableFuture<Void> change;
		List<Frame> left;
		synchronized (this) {
			left = (this.frames != null) ? List.copyOf(this.frames) : List.of();
			this.frames = null;
			this.bytes = 0;
			this.maker = null;
			change = markClosed(reason);
		}
		complete(change);
		return left;
	}

	private @Nullable CompletableFuture<Void> markClosed(@Nullable CloseReason reason) {
		if (!this.closed) {
			this.closed = true;
			this.closeReason = reason;
		}
		return takeChange();
	}

	private @Nullable CompletableFuture<Void> takeChange() {
		CompletableFuture<Void> change = this.change;
		this.change = null;
		return change;
	}

	private static void complete(@Nullable CompletableFuture<Void> change) {
		if (change != null) {
			change.complete(null);
		}
	}

	// What can be seen

	synchronized boolean isClosed() {
		return this.closed;
	}

	/**
	 * Why the connection ended; {@code null} if it did not, or was never opened.
	 */
	synchronized @Nullable CloseReason closeReason() {
		return this.closeReason;
	}

	/**
	 * What {@link #endEarly} was given.
	 */
	synchronized @Nullable Throwable closeCause() {
		return this.closeCause;
	}

	synchronized int waitingEvents() {
		return (this.frames != null) ? this.frames.size() : 0;
	}

	synchronized long waitingBytes() {
		return this.bytes - (long) FRAME_OVERHEAD * waitingEvents();
	}

	/**
	 * What became of a frame.
	 */
	enum Outcome {

		ADDED, NO_ROOM, CLOSED

	}

}
