package io.github.ssehub.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The application in a process of its own, which can be killed.
 */
final class SampleNode implements AutoCloseable {

	private static final Pattern STARTED = Pattern.compile("Tomcat started on port (\\d+)");

	private static final int PATIENCE_SECONDS = 120;

	private final Process process;

	private final CompletableFuture<Integer> port = new CompletableFuture<>();

	private final StringBuffer output = new StringBuffer();

	private SampleNode(List<String> arguments) {
		List<String> command = new ArrayList<>(
				List.of(System.getProperty("java.home") + "/bin/java", "-XX:TieredStopAtLevel=1", "-cp",
						System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
						SampleApplication.class.getName(), "--server.port=0"));
		command.addAll(arguments);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Thread reader = new Thread(this::read, "node-output");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts a node that shares its log with all others on the same Redis.
	 */
	static SampleNode start(int redisPort, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--sse.log.type=redis", "--spring.data.redis.port=" + redisPort));
		all.addAll(List.of(arguments));
		return new SampleNode(all);
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				this.output.append(line).append('\n');
				Matcher started = STARTED.matcher(line);
				if (started.find()) {
					this.port.complete(Integer.valueOf(started.group(1)));
				}
			}
		}
		catch (IOException ex) {
			// The process was killed.
		}
		this.port.completeExceptionally(new IllegalStateException("The application ended:\n" + this.output));
	}

	/**
	 * Waits until it serves requests.
	 */
	int port() {
		try {
			return this.port.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException("The application did not start:\n" + this.output, ex);
		}
	}

	SampleClient client(String user) {
		return SampleClient.of(user, port());
	}

	/**
	 * Ends the node as a loss of power does.
	 */
	void kill() {
		this.process.destroyForcibly();
		try {
			if (!this.process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
				throw new IllegalStateException("The application did not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What it has logged.
	 */
	@Override
	public String toString() {
		return this.output.toString();
	}

	@Override
	public void close() {
		kill();
	}

}
