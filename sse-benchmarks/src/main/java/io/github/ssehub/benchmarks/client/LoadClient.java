package io.github.ssehub.benchmarks.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.stream.Stream;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Opens thousands of streams from one thread on non-blocking sockets and checks what
 * arrives: each event once, in order.
 */
public final class LoadClient implements AutoCloseable {

	/**
	 * Below Tomcat's accept-count, or the kernel drops connects and repeats them a second
	 * later.
	 */
	private static final int CONNECTING_AT_ONCE = 64;

	/**
	 * Between two looks when there was nothing to read. A client that sleeps until bytes
	 * arrive is woken by the server's own write, which the server's processor time would
	 * be charged for; real clients are on other machines.
	 */
	private static final long IDLE_NANOS = 500_000;

	/** Where slow streams come from, for tests that cut them off. */
	public static final String SLOW_ADDRESS = "127.0.9.1";

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final int BUFFER_BYTES = 256 * 1024;

	private final InetSocketAddress address;

	private final Selector selector;

	private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();

	private final Deque<LoadConnection> toConnect = new ArrayDeque<>();

	private final List<LoadConnection> connections = new ArrayList<>();

	private final LoadStatistics statistics = new LoadStatistics();

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);

	private final byte[] bytes = new byte[BUFFER_BYTES];

	private final ByteBuffer singleByte = ByteBuffer.allocateDirect(1);

	private final Thread thread = new Thread(this::run, "load-client");

	private int connecting;

	private volatile boolean running = true;

	private volatile boolean paused;

	/**
	 * Creates a client without connections.
	 * @param port the port on this machine
	 */
	public LoadClient(int port) {
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
	 * Opens streams that are read at once and timed, and waits until all have begun.
	 * @param count how many
	 * @param path the path and query of each
	 * @return how long it took
	 */
	public Duration connect(int count, IntFunction<String> path) {
		return connect(Group.OBSERVED, count, path);
	}

	/**
	 * Opens streams and waits until all have begun.
	 * @param group what they are for
	 * @param count how many
	 * @param path the path and query of each
	 * @return how long it took
	 */
	public Duration connect(Group group, int count, IntFunction<String> path) {
		long start = System.nanoTime();
		int before = this.statistics.open();
		execute(() -> {
			for (int i = 0; i < count; i++) {
				LoadConnection connection = new LoadConnection(path.apply(i), group, this.statistics);
				this.connections.add(connection);
				this.toConnect.add(connection);
			}
			connectNext();
		});
		await("%d open streams".formatted(before + count), PATIENCE, () -> this.statistics.open() >= before + count);
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/**
	 * Drops all streams, without a word to the server.
	 */
	public void disconnect() {
		call(() -> this.connections.forEach(LoadConnection::close));
	}

	/**
	 * Opens the dropped streams again, each with its last id.
	 * @return how long it took until all had begun
	 */
	public Duration reconnect() {
		long start = System.nanoTime();
		int count = this.connections.size();
		execute(() -> {
			this.toConnect.addAll(this.connections);
			connectNext();
		});
		await("%d open streams".formatted(count), PATIENCE, () -> this.statistics.open() >= count);
		return Duration.ofNanos(System.nanoTime() - start);
	}

	/**
	 * Sets how many connections get each event, for {@link LoadStatistics#slowest()}.
	 * @param members the number
	 */
	public void setMembers(int members) {
		call(() -> this.statistics.setMembers(members));
	}

	/**
	 * Has the slow streams read nothing any more.
	 */
	public void stall() {
		call(() -> slow().forEach((connection) -> {
			SelectionKey key = connection.key();
			if (key != null && key.isValid()) {
				key.interestOps(0);
			}
		}));
	}

	/**
	 * Drops the slow streams, without a word to the server.
	 */
	public void dropSlow() {
		call(() -> slow().forEach(LoadConnection::close));
	}

	/**
	 * Has the slow streams that have stopped reading read one byte.
	 */
	public void trickle() {
		call(() -> slow().filter(LoadClient::isStalled).forEach((connection) -> {
			try {
				this.singleByte.clear();
				connection.channel().read(this.singleByte);
			}
			catch (IOException | IllegalStateException ex) {
				connection.close();
			}
		}));
	}

	private static boolean isStalled(LoadConnection connection) {
		SelectionKey key = connection.key();
		return key != null && key.isValid() && key.interestOps() == 0;
	}

	private Stream<LoadConnection> slow() {
		return this.connections.stream().filter((connection) -> connection.group() == Group.SLOW);
	}

	/**
	 * What was seen.
	 * @return live statistics
	 */
	public LoadStatistics statistics() {
		return this.statistics;
	}

	/**
	 * Has the client do nothing, so that it takes no processor time. What needs it to do
	 * something waits until {@link #goOn()}.
	 */
	public void pause() {
		this.paused = true;
	}

	/**
	 * Ends a pause.
	 */
	public void goOn() {
		this.paused = false;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Forgets what was delivered so far.
	 */
	public void reset() {
		call(this.statistics::reset);
	}

	/**
	 * How long events took from when they were due until they were read, since the last
	 * time this was asked or {@link #reset()} was called.
	 * @return the times in nanoseconds
	 */
	public Histogram takeLatency() {
		CompletableFuture<Histogram> latency = new CompletableFuture<>();
		execute(() -> latency.complete(this.statistics.takeLatency()));
		return latency.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
	}

	/**
	 * Waits until events have arrived.
	 * @param count how many, over all connections since the last {@link #reset()}
	 * @param patience how long to wait
	 */
	public void awaitDelivered(long count, Duration patience) {
		await("%d deliveries".formatted(count), patience, () -> this.statistics.delivered() >= count);
	}

	/**
	 * Waits for something.
	 * @param what what it is
	 * @param patience how long to wait
	 * @param condition whether it is there
	 */
	public void await(String what, Duration patience, BooleanSupplier condition) {
		long deadline = System.nanoTime() + patience.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - deadline > 0) {
				throw new IllegalStateException("No %s within %s: %d open, %d delivered, problems %s".formatted(what,
						patience, this.statistics.open(), this.statistics.delivered(), this.statistics.problems()));
			}
			LockSupport.parkNanos(1_000_000);
		}
	}

	private void call(Runnable command) {
		CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
		execute(() -> {
			command.run();
			done.complete(null);
		});
		done.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
	}

	private void execute(Runnable command) {
		this.commands.add(command);
		this.selector.wakeup();
	}

	private void run() {
		try {
			while (this.running) {
				if (this.paused) {
					LockSupport.park(this);
					continue;
				}
				if (this.selector.selectNow(this::ready) == 0) {
					LockSupport.parkNanos(IDLE_NANOS);
				}
				Runnable command = this.commands.poll();
				while (command != null) {
					command.run();
					command = this.commands.poll();
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void connectNext() {
		while (this.connecting < CONNECTING_AT_ONCE && !this.toConnect.isEmpty()) {
			LoadConnection connection = this.toConnect.remove();
			String lastEventId = connection.lastEventId();
			try {
				SocketChannel channel = SocketChannel.open();
				channel.configureBlocking(false);
				channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
				if (connection.group() == Group.SLOW) {
					channel.bind(new InetSocketAddress(SLOW_ADDRESS, 0));
				}
				SelectionKey key = channel.register(this.selector, SelectionKey.OP_CONNECT, connection);
				connection.connecting(channel, key);
				this.connecting++;
				if (channel.connect(this.address)) {
					connected(connection, key, lastEventId);
				}
				else {
					key.attach(new Pending(connection, lastEventId));
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private void connected(LoadConnection connection, SelectionKey key, String lastEventId) throws IOException {
		this.connecting--;
		key.attach(connection);
		key.interestOps(SelectionKey.OP_READ);
		connection.send(connection.request(this.address.getPort(), lastEventId));
	}

	private void ready(SelectionKey key) {
		Object attachment = key.attachment();
		try {
			if (attachment instanceof Pending pending) {
				pending.connection().channel().finishConnect();
				connected(pending.connection(), key, pending.lastEventId());
				connectNext();
			}
			else if (attachment instanceof LoadConnection connection && !connection.read(this.buffer, this.bytes)) {
				this.statistics.problem("ended by the server");
				connection.close();
			}
		}
		catch (IOException ex) {
			this.statistics.problem(String.valueOf(ex.getMessage()));
			if (attachment instanceof LoadConnection connection) {
				connection.close();
			}
		}
	}

	@Override
	public void close() {
		goOn();
		try {
			if (this.thread.isAlive()) {
				disconnect();
			}
		}
		finally {
			end();
		}
	}

	private void end() {
		this.running = false;
		this.selector.wakeup();
		try {
			this.thread.join();
			this.selector.close();
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record Pending(LoadConnection connection, String lastEventId) {
	}

}
