package io.github.ssehub.test;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis server in a process of its own, which can be killed, paused and started again
 * on the same port.
 */
public final class RedisProcess implements AutoCloseable {

	/** Of a cluster's node: its port to other nodes is 10000 higher. */
	private static final int MAX_CLUSTER_PORT = 55_535;

	private static final int SLOTS = 16_384;

	private static final String READY = "Ready to accept connections";

	private final File executable;

	private final int port;

	private final Path directory;

	private final List<String> options;

	private @Nullable Process process;

	private RedisProcess(int port, List<String> options) throws IOException {
		this.executable = ExecutableProvider.newJarResourceProvider().get();
		this.directory = Files.createTempDirectory("redis");
		this.port = port;
		this.options = options;
	}

	/**
	 * Starts a server that forgets everything when it ends.
	 * @return the server
	 */
	public static RedisProcess start() {
		return start(TestPorts.free(), List.of());
	}

	/**
	 * Starts a server that has everything it was told on disk.
	 * @return the server
	 */
	public static RedisProcess startPersistent() {
		return start(TestPorts.free(), List.of("--appendonly", "yes", "--appendfsync", "always"));
	}

	/**
	 * Starts a cluster of one node, which has all hash slots.
	 * @return the node
	 */
	public static RedisProcess startCluster() {
		int port = TestPorts.free();
		while (port > MAX_CLUSTER_PORT) {
			port = TestPorts.free();
		}
		RedisProcess redis = start(port, List.of("--cluster-enabled", "yes"));
		// A command that is written as a line has at most 64 kilobytes.
		for (int from = 0; from < SLOTS; from += SLOTS / 4) {
			redis.command("CLUSTER ADDSLOTS " + IntStream.range(from, from + SLOTS / 4)
				.mapToObj(String::valueOf)
				.collect(Collectors.joining(" ")));
		}
		Awaitility.await("a cluster that has all slots")
			.until(() -> redis.command("CLUSTER INFO").contains("cluster_state:ok"));
		return redis;
	}

	/**
	 * Starts a sentinel that watches this server under the name {@code master}, and waits
	 * until it does.
	 * @return the sentinel
	 */
	public RedisProcess startSentinel() {
		try {
			Path configuration = Files.createTempFile("sentinel", ".conf");
			Files.writeString(configuration, "sentinel monitor master 127.0.0.1 %d 1\n".formatted(this.port));
			RedisProcess sentinel = new RedisProcess(TestPorts.free(), List.of("--sentinel"));
			sentinel.start(configuration.toString(), "Sentinel ID is");
			Awaitility.await("a sentinel that watches")
				.until(() -> sentinel.command("INFO sentinel").contains("status=ok"));
			return sentinel;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static RedisProcess start(int port, List<String> options) {
		try {
			RedisProcess redis = new RedisProcess(port, options);
			redis.restart();
			return redis;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Starts the server again, on the port and in the directory it had.
	 */
	public void restart() {
		start(null, READY);
	}

	private void start(@Nullable String configuration, String ready) {
		List<String> command = new ArrayList<>(List.of(this.executable.getAbsolutePath()));
		if (configuration != null) {
			command.add(configuration);
		}
		command.addAll(List.of("--port", String.valueOf(this.port), "--bind", "127.0.0.1", "--dir",
				this.directory.toString()));
		if (configuration == null) {
			command.addAll(List.of("--save", ""));
		}
		command.addAll(this.options);
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			this.process = process;
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
			StringBuilder read = new StringBuilder();
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				read.append(line).append('\n');
				if (line.contains(ready)) {
					Thread reader = new Thread(() -> output.lines().forEach((rest) -> {
					}), "redis-output");
					reader.setDaemon(true);
					reader.start();
					return;
				}
			}
			throw new IllegalStateException("Redis did not start: " + read);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Ends the server as a loss of power does.
	 */
	public void kill() {
		Process process = process();
		process.destroyForcibly();
		try {
			if (!process.waitFor(10, TimeUnit.SECONDS)) {
				throw new IllegalStateException("Redis did not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Stops the server without a word to its clients.
	 */
	public void pause() {
		signal("STOP");
	}

	/**
	 * Lets the server go on.
	 */
	public void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			int status = new ProcessBuilder("kill", "-" + name, String.valueOf(process().pid())).start().waitFor();
			if (status != 0) {
				throw new IllegalStateException("kill -%s: %d".formatted(name, status));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private Process process() {
		Process process = this.process;
		if (process == null) {
			throw new IllegalStateException("Redis is not running");
		}
		return process;
	}

	/**
	 * Makes connections as an application does.
	 * @return a running factory, to be destroyed by the caller
	 */
	public LettuceConnectionFactory connectionFactory() {
		return connectionFactory(this.port);
	}

	/**
	 * Makes connections to a port of this machine.
	 * @param port the port
	 * @return a running factory, to be destroyed by the caller
	 */
	public static LettuceConnectionFactory connectionFactory(int port) {
		LettuceConnectionFactory factory = new LettuceConnectionFactory("127.0.0.1", port);
		factory.afterPropertiesSet();
		factory.start();
		return factory;
	}

	/**
	 * Runs a command on a connection of its own.
	 * @param command the command and its arguments, in a line
	 * @return the answer as it comes
	 */
	public String command(String command) {
		try (Socket socket = new Socket("127.0.0.1", this.port)) {
			socket.getOutputStream().write((command + "\r\nQUIT\r\n").getBytes(StandardCharsets.UTF_8));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * How many connections the server has taken since its start. Each call makes one
	 * itself.
	 * @return the number
	 */
	public long connectionsReceived() {
		return command("INFO stats").lines()
			.filter((line) -> line.startsWith("total_connections_received:"))
			.mapToLong((line) -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
			.sum();
	}

	/**
	 * Where the server listens, on the loopback interface.
	 * @return the port
	 */
	public int port() {
		return this.port;
	}

	@Override
	public void close() {
		kill();
	}

}
