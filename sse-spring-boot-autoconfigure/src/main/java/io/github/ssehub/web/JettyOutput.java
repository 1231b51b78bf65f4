package io.github.ssehub.web;

import java.io.IOException;
import java.nio.ByteBuffer;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

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

	/**
	 * Creates an output.
	 * @param delegate Jetty's
	 */
	JettyOutput(ServletOutputStream delegate) {
		this.delegate = delegate;
	}

	static boolean isJettys(ServletOutputStream output) {
		return output.getClass().getName().equals(CLASS);
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		this.delegate.write(ByteBuffer.wrap(bytes, offset, length));
	}

	@Override
	public void write(int value) throws IOException {
		write(new byte[] { (byte) value }, 0, 1);
	}

	@Override
	public void flush() throws IOException {
		this.delegate.write(NOTHING);
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
