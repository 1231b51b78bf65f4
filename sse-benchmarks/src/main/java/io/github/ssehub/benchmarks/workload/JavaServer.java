package io.github.ssehub.benchmarks.workload;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.benchmarks.server.PublishOrder;
import io.github.ssehub.benchmarks.server.PublisherRun;

/**
 * A server on the Java that runs the benchmark, with the same memory for each.
 */
final class JavaServer implements RunningServer {

	private static final int LOG_TAIL = 40;

	private final Process process;

	private final Writer input;

	private final BufferedReader output;

	private final List<String> log = new ArrayList<>();

	private final int port;

	JavaServer(Class<?> main, List<String> jvmArguments, List<String> arguments) {
		this(System.getProperty("java.class.path"), main, jvmArguments, arguments);
	}

	JavaServer(String classPath, Class<?> main, List<String> jvmArguments, List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-Xms1g", "-Xmx4g"));
		command.addAll(jvmArguments);
		command.addAll(List.of("-cp", classPath, main.getName()));
		command.addAll(arguments);
		try {
			this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.input = this.process.outputWriter(StandardCharsets.UTF_8);
		this.output = new BufferedReader(new InputStreamReader(this.process.getInputStream(), StandardCharsets.UTF_8));
		this.port = Integer.parseInt(answer().substring("ready ".length()));
	}

	private String ask(String line) {
		try {
			this.input.write(line + "\n");
			this.input.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(logTail(), ex);
		}
		return answer();
	}

	private String answer() {
		try {
			String line = this.output.readLine();
			while (line != null && !line.startsWith(">")) {
				this.log.add(line);
				line = this.output.readLine();
			}
			if (line == null) {
				throw new IllegalStateException("The server ended:\n" + logTail());
			}
			return line.substring(1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public String path(PublishOrder.Kind kind, int client, int topic) {
		String path = "/stream?client=" + client;
		return switch (kind) {
			case BROADCAST -> path;
			case TOPIC, HOT_TOPIC, COLD_TOPIC -> path + "&topic=" + PublisherRun.topic(topic);
			case CLIENT -> path + "&direct=true";
		};
	}

	@Override
	public void publish(PublishOrder order) {
		ask(order.toLine());
	}

	@Override
	public Duration cpu() {
		return this.process.info()
			.totalCpuDuration()
			.orElseThrow(() -> new IllegalStateException("The system does not tell CPU time"));
	}

	@Override
	public long[] takeCalls() {
		String[] parts = ask("calls").split(" ");
		return new long[] { Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]) };
	}

	@Override
	public OptionalLong heap() {
		return OptionalLong.of(Long.parseLong(ask("heap").substring("heap ".length())));
	}

	@Override
	public OptionalLong direct() {
		return OptionalLong.of(Long.parseLong(ask("direct").substring("direct ".length())));
	}

	@Override
	public Map<String, Long> describe() {
		Map<String, Long> description = new LinkedHashMap<>();
		for (String entry : ask("describe").split(" ")) {
			int equals = entry.indexOf('=');
			if (equals > 0) {
				description.put(entry.substring(0, equals), Long.valueOf(entry.substring(equals + 1)));
			}
		}
		return description;
	}

	private String logTail() {
		return String.join("\n", this.log.subList(Math.max(0, this.log.size() - LOG_TAIL), this.log.size()));
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
