package io.github.ssehub.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.test.SseRecorder;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application on a server of its own, and what a client says to it.
 */
final class StartedServer implements AutoCloseable {

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private final List<SseRecorder> streams = new ArrayList<>();

	private StartedServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static StartedServer start(Kind kind, Map<String, String> properties, Class<?>... configurations) {
		List<Class<?>> sources = new ArrayList<>(List.of(configurations));
		sources.add(StreamTestApplication.class);
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		all.put("spring.autoconfigure.exclude", kind.excluded);
		SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
		application.setDefaultProperties(all);
		return new StartedServer(application.run());
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	SseRecorder connect(String path, String... headers) {
		List<String> all = new ArrayList<>(List.of("Authorization", SseRecorder.basic("alice", "alice")));
		all.addAll(List.of(headers));
		SseRecorder stream = SseRecorder.open(uri(path), all.toArray(String[]::new));
		this.streams.add(stream);
		return stream;
	}

	HttpResponse<String> get(String path, String user) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
		if (user != null) {
			request.header("Authorization", SseRecorder.basic(user, user));
		}
		return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	URI uri(String path) {
		return URI.create("http://localhost:" + port() + path);
	}

	/**
	 * Sends a request as it is, which no client of HTTP would.
	 * @param head the request line and headers, without those that every request needs
	 * @return the answer
	 */
	String raw(String head) throws IOException {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress("localhost", port()));
			socket.setSoTimeout(15_000);
			socket.getOutputStream()
				.write((head + "\r\nHost: localhost\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/**
	 * A client that has been told who it is and reads no further.
	 */
	Socket stalled(String path) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress("localhost", port()));
		socket.setSoTimeout(15_000);
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: " + SseRecorder.basic("bob", "bob")
					+ "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		StringBuilder head = new StringBuilder();
		while (!head.toString().contains("event: connected")) {
			int character = socket.getInputStream().read();
			if (character == -1) {
				throw new IOException("The stream ended after " + head);
			}
			head.append((char) character);
		}
		return socket;
	}

	private int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	@Override
	public void close() {
		this.streams.forEach(SseRecorder::close);
		this.context.close();
	}

	enum Kind {

		TOMCAT("org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration"),

		JETTY("org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration");

		private final String excluded;

		Kind(String excluded) {
			this.excluded = excluded;
		}

	}

}
