package io.github.ssehub.cluster;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.NodeChannel;
import org.jspecify.annotations.Nullable;

/**
 * A channel in memory. What is sent has reached all nodes when {@code send} returns.
 */
final class TestChannel {

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final List<String> sent = new CopyOnWriteArrayList<>();

	private volatile boolean broken;

	/**
	 * The end of one node.
	 */
	Socket socket() {
		Socket socket = new Socket();
		this.sockets.add(socket);
		return socket;
	}

	/**
	 * Lets every {@code send} fail from now on, or no more.
	 */
	void setBroken(boolean broken) {
		this.broken = broken;
	}

	/**
	 * Puts something on the channel that no node sent.
	 */
	void inject(String text) {
		deliver(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * How much was sent since {@link #takeSent()}.
	 */
	int countSent() {
		return this.sent.size();
	}

	/**
	 * What was sent since the last call.
	 */
	List<String> takeSent() {
		List<String> taken = new ArrayList<>(this.sent);
		this.sent.clear();
		return taken;
	}

	private void deliver(byte[] message) {
		this.sockets.forEach((socket) -> socket.deliver(message));
	}

	final class Socket implements NodeChannel {

		private @Nullable Consumer<byte[]> receiver;

		private volatile boolean cut;

		/**
		 * Ends the node as a loss of power does, as far as the others can see.
		 */
		void cut() {
			this.cut = true;
		}

		@Override
		public synchronized void open(Consumer<byte[]> receiver) {
			this.receiver = receiver;
		}

		@Override
		public void send(byte[] message) {
			if (TestChannel.this.broken) {
				throw new EventLogException("The channel is broken", null);
			}
			if (!this.cut) {
				TestChannel.this.sent.add(new String(message, StandardCharsets.UTF_8));
				TestChannel.this.deliver(message);
			}
		}

		private synchronized void deliver(byte[] message) {
			if (!this.cut && this.receiver != null) {
				this.receiver.accept(message);
			}
		}

	}

}
