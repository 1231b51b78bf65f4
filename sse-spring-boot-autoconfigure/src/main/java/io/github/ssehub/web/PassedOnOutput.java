package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;

/**
 * Writes through the output of a filter that passes on each write as it is, and asks the
 * container itself whether it is ready. Nothing is held back above the container, so it
 * is the container that is flushed.
 */
final class PassedOnOutput extends ServletOutputStream {

	private final ServletOutputStream outer;

	private final ServletOutputStream containers;

	PassedOnOutput(ServletOutputStream outer, ServletOutputStream containers) {
		this.outer = outer;
		this.containers = containers;
	}

	@Override
	public void write(byte[] bytes, int offset, int length) throws IOException {
		this.outer.write(bytes, offset, length);
	}

	@Override
	public void write(int value) throws IOException {
		this.outer.write(value);
	}

	@Override
	public void flush() throws IOException {
		this.containers.flush();
	}

	@Override
	public boolean isReady() {
		return this.containers.isReady();
	}

	@Override
	public void setWriteListener(WriteListener listener) {
		this.containers.setWriteListener(listener);
	}

}
