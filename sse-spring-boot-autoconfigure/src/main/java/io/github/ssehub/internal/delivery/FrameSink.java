package io.github.ssehub.internal.delivery;

import java.io.IOException;

/**
 * Where the bytes of one connection go. Called by the connection's loop alone, except
 * that it calls its {@link Listener} from any thread. No method blocks.
 */
public interface FrameSink {

	/**
	 * Names who is told. What happened before is told now.
	 * @param listener the listener
	 */
	void attach(Listener listener);

	/**
	 * Reads some of what a write would read, and has no other effect. With thousands of
	 * connections most of that is not in the processor's caches. What is read for several
	 * connections one after the other is waited for together; what is read in the middle
	 * of their writes is not. May be called at any time, also after the end, and throws
	 * nothing.
	 * @return something of what was read, so that the reads are not left out
	 */
	default int prefetch() {
		return 0;
	}

	/**
	 * Goes on after {@link Listener#onWritable()}.
	 * @return whether more can be written now; {@code false} if the listener will be
	 * called
	 * @throws IOException if the client is gone
	 */
	boolean resume() throws IOException;

	/**
	 * Writes and flushes. Only called when the sink said that more can be written.
	 * @param bytes the bytes; when this returns {@code false} the sink may still be using
	 * the array
	 * @param offset where they begin
	 * @param length how many
	 * @return whether more can be written now; {@code false} if the listener will be
	 * called
	 * @throws IOException if the client is gone
	 */
	boolean write(byte[] bytes, int offset, int length) throws IOException;

	/**
	 * Ends the stream as the protocol wants it. Only called when the sink said that more
	 * can be written. Nothing is called afterwards.
	 */
	void complete();

	/**
	 * Gives up on a stream that cannot be ended in an orderly way. Nothing is called
	 * afterwards.
	 */
	void abandon();

	/**
	 * What a sink tells.
	 */
	interface Listener {

		/**
		 * Writing is possible (again).
		 */
		void onWritable();

		/**
		 * The client is gone.
		 * @param cause why
		 */
		void onFailure(Throwable cause);

	}

}
