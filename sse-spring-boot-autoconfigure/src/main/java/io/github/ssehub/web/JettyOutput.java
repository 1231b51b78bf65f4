package io.github.ssehub.web;

import java.io.IOException;
import java.nio.ByteBuffer;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.jspecify.annotations.Nullable;

/**
 * Jetty's output, given buffers. Arrays it collects in a buffer of its own, 32 KB outside
 * of the heap that it keeps until the response ends; buffers it writes at once, unless it
 * has collected something before, by a filter for instance. So there is nothing to flush,
 * or only that: writing nothing does it, where a flush goes all the way down.
 */
final class JettyOutput extends ServletOutputStream {

	private static final String CLASS = "org.eclipse.jetty.ee11.servlet.HttpOutput";

	private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

	private final ServletOutputStream delegate;

	/** Flushed before the first write, so that those who wait for the commit see it. */
	private @Nullable ServletOutputStream uncommitted;

	/** What was to be written when the flush before it had not ended. */
	private @Nullable ByteBuffer held;

	/**
	 * Creates an output.
	 * @param delegate Jetty's
	 * @param outermost the way to it that the application sees
	 */
	JettyOutput(ServletOutputStream delegate, ServletOutputStream outermost) {
		this.delegate = delegate;
		this.uncommitted = (outermost != delegate) ? outermost : null;
	}

	static boolean isJettys(ServletOutputStream output) {
		return output.getClass().getName().equals(CLASS);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
		if (this.uncommitted != null && !commit(this.uncommitted)) {
			this.held = buffer;
			return;
		}
		this.delegate.write(buffer);
	}

	private boolean commit(ServletOutputStream outermost) throws IOException {
		this.uncommitted = null;
		outermost.flush();
		return this.delegate.isReady();
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void flush() throws IOException {
		if (this.held == null || writeHeld(this.held)) {
			this.delegate.write(NOTHING);
		}
	}

	private boolean writeHeld(ByteBuffer buffer) throws IOException {
		this.held = null;
		this.delegate.write(buffer);
		return this.delegate.isReady();
	}

	@Override
	public boolean isReady() {
		return this.delegate.isReady();
	}

	@Override
	public void setWriteListener(WriteListener listener) {
		this.delegate.setWriteListener(listener);
	}

}
