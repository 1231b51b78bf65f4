package io.github.ssehub.benchmarks.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * The thread that all streams are read on. What it does to a stream, no other thread
 * does.
 */
final class ClientLoop implements AutoCloseable {

	private static final int BUFFER_BYTES = 64 * 1024;

	private final InetSocketAddress address;

	private final Selector selector;

	private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();

	private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);

	private final Thread thread = new Thread(this::run, "soak-clients");

	private volatile boolean running = true;

	ClientLoop(int port) {
		this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
		try {
			this.selector = Selector.open();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.thread.setDaemon(true);
		this.thread.start();
	}

	/**
	 * Does something on the thread and waits for its result.
	 */
	<T> T call(Supplier<T> action) {
		CompletableFuture<T> result = new CompletableFuture<>();
		this.commands.add(() -> {
			try {
				result.complete(action.get());
			}
			catch (RuntimeException ex) {
				result.completeExceptionally(ex);
			}
		});
		this.selector.wakeup();
		return result.join();
	}

	void run(Runnable action) {
		call(() -> {
			action.run();
			return true;
		});
	}

	SelectionKey connect(SocketChannel channel, ClientStream stream) throws IOException {
		channel.configureBlocking(false);
		SelectionKey key = channel.register(this.selector, SelectionKey.OP_CONNECT, stream);
		channel.connect(this.address);
		return key;
	}

	private void run() {
		try {
			while (this.running) {
				this.selector.select(this::ready);
				Runnable command = this.commands.poll();
				while (command != null) {
					command.run();
					command = this.commands.poll();
				}
			}
			this.selector.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void ready(SelectionKey key) {
		ClientStream stream = (ClientStream) key.attachment();
		if (key.isConnectable()) {
			stream.onConnectable();
		}
		else if (key.isReadable()) {
			stream.onReadable(this.buffer);
		}
	}

	@Override
	public void close() {
		this.running = false;
		this.selector.wakeup();
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
