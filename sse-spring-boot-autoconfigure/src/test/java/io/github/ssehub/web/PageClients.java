package io.github.ssehub.web;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.json.JsonMapper;

/**
 * Many {@code EventSource}s in a process of Node.js. Each expects the events {@code n}
 * with the data 0, 1, 2 and so on.
 */
final class PageClients implements AutoCloseable {

	private final Process process;

	private final Writer input;

	private final BufferedReader output;

	private PageClients(Process process) {
		this.process = process;
		this.input = process.outputWriter(StandardCharsets.UTF_8);
		this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
	}

	static PageClients open(String url, int count) throws Exception {
		Path directory = install();
		return new PageClients(
				new ProcessBuilder(TestPrograms.require("node"), "clients.mjs", url, String.valueOf(count))
					.directory(directory.toFile())
					.redirectError(ProcessBuilder.Redirect.INHERIT)
					.start());
	}

	/** What the lock file names, once for each build. */
	private static synchronized Path install() throws IOException, InterruptedException, URISyntaxException {
		Path directory = Path.of(Objects.requireNonNull(PageClients.class.getResource("/proxies/package.json")).toURI())
			.getParent();
		if (!Files.exists(directory.resolve("node_modules/.package-lock.json"))) {
			File log = directory.resolve("install.log").toFile();
			Process install = new ProcessBuilder(TestPrograms.require("npm"), "ci", "--ignore-scripts")
				.directory(directory.toFile())
				.redirectErrorStream(true)
				.redirectOutput(log)
				.start();
			boolean ended = install.waitFor(3, TimeUnit.MINUTES);
			if (!ended || install.exitValue() != 0) {
				install.destroyForcibly();
				return TestPrograms.missing("'npm ci' failed: " + Files.readString(log.toPath()));
			}
		}
		return directory;
	}

	/**
	 * Asks for what became of the clients so far.
	 */
	Status status() throws IOException {
		this.input.write("status\n");
		this.input.flush();
		String line = this.output.readLine();
		if (line == null) {
			throw new IOException("The clients have ended");
		}
		return JsonMapper.shared().readValue(line, Status.class);
	}

	@Override
	public void close() throws Exception {
		this.input.close();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			this.process.destroyForcibly();
		}
	}

	/**
	 * What became of the clients.
	 *
	 * @param connected how many have a stream
	 * @param leastConnects how often the one connected that did so least
	 * @param received how many events the one has that has fewest
	 * @param faults what must not have been, the first of it
	 */
	record Status(int connected, int leastConnects, int received, List<String> faults) {
	}

}
