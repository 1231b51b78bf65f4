package io.github.ssehub.benchmarks.engine;

import java.io.IOException;

import io.github.ssehub.internal.delivery.FrameSink;

/**
 * A client that takes nothing over the network: either everything at once, or only the
 * first write.
 */
final class FakeClient implements FrameSink {

	private final boolean stalls;

	private volatile Listener listener = new Listener() {

		@Override
		public void onWritable() {
		}

		@Override
		public void onFailure(Throwable cause) {
		}

	};

	FakeClient(boolean stalls) {
		this.stalls = stalls;
	}

	void disconnect() {
		this.listener.onFailure(new IOException("Connection reset by peer"));
	}

	@Override
	public void attach(Listener listener) {
		this.listener = listener;
		listener.onWritable();
	}

	@Override
	public boolean resume() {
		return true;
	}

	@Override
	public boolean write(byte[] bytes, int offset, int length) {
		return !this.stalls;
	}

	@Override
	public void complete() {
	}

	@Override
	public void abandon() {
	}

}
