package io.github.ssehub.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.test.TestPorts;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A proxy with a configuration of {@code docs/proxies}, in which only addresses are
 * replaced.
 */
final class ProxyProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final Process process;

	private final int port;

	private final Path directory;

	private ProxyProcess(List<String> command, Path directory, int port) throws IOException {
		this.directory = directory;
		this.port = port;
		this.process = new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(directory.resolve("output").toFile())
			.start();
		Awaitility.await("the proxy " + directory)
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(20))
			.until(() -> !this.process.isAlive() || accepts());
		assertThat(this.process.isAlive()).as("the proxy: " + output()).isTrue();
	}

	/**
	 * Starts nginx.
	 * @param configuration the text of its configuration, which listens on port 80
	 * @param nodes the ports of the nodes by the addresses in the configuration
	 */
	static ProxyProcess nginx(String configuration, Map<String, Integer> nodes) throws IOException {
		Path directory = Files.createTempDirectory("nginx");
		int port = TestPorts.free();
		// A server under test writes nowhere else.
		String text = replace(configuration, nodes).replace("listen 80;", "listen 127.0.0.1:%d;".formatted(port))
			.replace("http {",
					"http {\naccess_log off;\nclient_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\nuwsgi_temp_path uwsgi;\nscgi_temp_path scgi;");
		Path file = Files.writeString(directory.resolve("nginx.conf"), text);
		return new ProxyProcess(List.of(TestPrograms.require("nginx"), "-c", file.toString(), "-p",
				directory.toString(), "-e", "stderr", "-g", "daemon off; master_process off; pid nginx.pid;"),
				directory, port);
	}

	/**
	 * Starts HAProxy.
	 * @param configuration the text of its configuration, which listens on port 80
	 * @param nodes the ports of the nodes by the addresses in the configuration
	 */
	static ProxyProcess haproxy(String configuration, Map<String, Integer> nodes) throws IOException {
		Path directory = Files.createTempDirectory("haproxy");
		int port = TestPorts.free();
		String text = replace(configuration, nodes).replace("bind :80", "bind 127.0.0.1:" + port);
		Path file = Files.writeString(directory.resolve("haproxy.cfg"), text);
		return new ProxyProcess(List.of(TestPrograms.require("haproxy"), "-db", "-f", file.toString()), directory,
				port);
	}

	private static String replace(String configuration, Map<String, Integer> nodes) {
		String text = configuration;
		for (Map.Entry<String, Integer> node : nodes.entrySet()) {
			assertThat(text).contains(node.getKey());
			text = text.replace(node.getKey(), "127.0.0.1:" + node.getValue());
		}
		return text;
	}

	int port() {
		return this.port;
	}

	private boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("127.0.0.1", this.port), 1000);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private String output() throws IOException {
		List<String> lines = new ArrayList<>(Files.readAllLines(this.directory.resolve("output")));
		return String.join("\n", lines);
	}

	@Override
	public void close() throws Exception {
		this.process.destroy();
		if (!this.process.waitFor(10, TimeUnit.SECONDS)) {
			this.process.destroyForcibly();
		}
	}

}
