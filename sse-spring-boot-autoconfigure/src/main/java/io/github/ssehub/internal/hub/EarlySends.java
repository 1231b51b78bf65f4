package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import io.github.ssehub.internal.delivery.WriterSettings;
import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * What a controller sends to a connection that it has not returned yet. Bounded like a
 * queue.
 */
final class EarlySends {

	private @Nullable List<Frame> frames = new ArrayList<>(0);

	private long bytes;

	private @Nullable CloseReason endReason;

	private @Nullable Throwable endCause;

	/**
	 * Keeps a frame.
	 * @return whether it was early; {@code false} if the connection has its loop now
	 */
	synchronized boolean add(Frame frame, WriterSettings limits) {
		if (this.frames == null) {
			return false;
		}
		if (this.frames.size() >= limits.maxEvents() || this.bytes + frame.length() > limits.maxBytes()) {
			throw new IllegalStateException(
					"More was sent to a connection that is not open yet than sse.buffer allows: return it first");
		}
		this.frames.add(frame);
		this.bytes += frame.length();
		return true;
	}

	/**
	 * Keeps the wish to end the connection.
	 * @return whether it was early; {@code false} if the connection has its loop now
	 */
	synchronized boolean end(CloseReason reason, @Nullable Throwable cause) {
		if (this.frames == null) {
			return false;
		}
		if (this.endReason == null) {
			this.endReason = reason;
			this.endCause = cause;
		}
		return true;
	}

	/**
	 * Hands over what was kept. Nothing is early any more. Called by the connection's
	 * loop, which runs what other threads send from now on after this.
	 */
	void release(Consumer<Frame> send, BiConsumer<CloseReason, @Nullable Throwable> end) {
		List<Frame> kept;
		synchronized (this) {
			kept = (this.frames != null) ? this.frames : List.of();
			this.frames = null;
		}
		kept.forEach(send);
		if (this.endReason != null) {
			end.accept(this.endReason, this.endCause);
		}
	}

}
