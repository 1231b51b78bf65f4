package io.github.ssehub.test;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A Redis server in a process of its own, which can be killed, paused and started again
 * on the same port.
 */
public final class RedisProcess implements AutoCloseable {

	private static final String READY = "Ready to accept connections";

	private final File executable;

	private final int port;

	private final Path directory;

	private final boolean persistent;

	private @Nullable Process process;

	private RedisProcess(boolean persistent) throws IOException {
		this.executable = ExecutableProvider.newJarResourceProvider().get();
		this.directory = Files.createTempDirectory("redis");
		this.persistent = persistent;
		try (ServerSocket socket = new ServerSocket(0)) {
			this.port = socket.getLocalPort();
		}
	}

	/**
	 * Starts a server that forgets everything when it ends.
	 * @return the server
	 */
	public static RedisProcess start() {
		return start(false);
	}

	/**
	 * Starts a server that has everything it was told on disk.
	 * @return the server
	 */
	public static RedisProcess startPersistent() {
		return start(true);
	}

	private static RedisProcess start(boolean persistent) {
		try {
			RedisProcess redis = new RedisProcess(persistent);
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
		List<String> command = new ArrayList<>(List.of(this.executable.getAbsolutePath(), "--port",
				String.valueOf(this.port), "--bind", "127.0.0.1", "--dir", this.directory.toString(), "--save", ""));
		if (this.persistent) {
			command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
		}
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			this.process = process;
			BufferedReader output = new BufferedReader(
					new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
			StringBuilder read = new StringBuilder();
			for (String line = output.readLine(); line != null; line = output.readLine()) {
				read.append(line).append('\n');
				if (line.contains(READY)) {
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
