package io.github.ssehub.internal.delivery;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ConnectionWriter} tells its connection, on the loop's thread.
 */
public interface WriterListener {

	/**
	 * All that was queued is written.
	 */
	void onDrained();

	/**
	 * Something waits for the client, and there is room for more that can wait elsewhere.
	 */
	default void onRoom() {
	}

	/**
	 * Events were dropped.
	 * @param reason why
	 * @param count how many
	 */
	void onDropped(DropReason reason, int count);

	/**
	 * The connection has to end. The writer waits to be told how.
	 * @param reason why
	 * @param cause the failure, or {@code null}
	 */
	void onEnd(CloseReason reason, @Nullable Throwable cause);

	/**
	 * The writer is done: everything was written and the stream ended, or it was given
	 * up.
	 */
	void onEnded();

}
