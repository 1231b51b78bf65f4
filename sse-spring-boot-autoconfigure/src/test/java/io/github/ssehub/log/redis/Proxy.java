package io.github.ssehub.log.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes connections on to a server on this machine, until it is told to cut them.
 */
final class Proxy implements AutoCloseable {

	private final ServerSocket server;

	private final int target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private volatile boolean cut;

	private volatile boolean mute;

	/** Completed when something was sent that gets no answer. */
	private volatile CompletableFuture<Void> unanswered = new CompletableFuture<>();

	Proxy(int target) {
		this.target = target;
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon(this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Ends all connections, and new ones at once.
	 */
	void cut() {
		this.cut = true;
		this.sockets.forEach(Proxy::end);
	}

	void mend() {
		this.mute = false;
		this.cut = false;
	}

	/**
	 * Passes on what clients send and nothing of what they are answered.
	 * @return completed when an answer was held back
	 */
	CompletableFuture<Void> mute() {
		this.unanswered = new CompletableFuture<>();
		this.mute = true;
		return this.unanswered;
	}

	private void accept() {
		while (!this.server.isClosed()) {
			try {
				Socket client = this.server.accept();
				this.sockets.add(client);
				if (this.cut) {
					end(client);
					continue;
				}
				Socket upstream = new Socket(InetAddress.getLoopbackAddress(), this.target);
				this.sockets.add(upstream);
				daemon(() -> pass(client, upstream, false));
				daemon(() -> pass(upstream, client, true));
				if (this.cut) {
					cut();
				}
			}
			catch (IOException ex) {
				// The server is closed, or what it passes to is not there.
			}
		}
	}

	private void pass(Socket from, Socket to, boolean answers) {
		byte[] buffer = new byte[8192];
		try (InputStream input = from.getInputStream(); OutputStream output = to.getOutputStream()) {
			for (int count = input.read(buffer); count >= 0; count = input.read(buffer)) {
				if (answers && this.mute) {
					this.unanswered.complete(null);
				}
				else {
					output.write(buffer, 0, count);
				}
			}
		}
		catch (IOException ex) {
			// Either side has ended.
		}
		finally {
			end(from);
			end(to);
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private static void end(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is over anyway.
		}
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "proxy");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		end(this.server);
		cut();
	}

	private static void end(ServerSocket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// It is over anyway.
		}
	}

}
