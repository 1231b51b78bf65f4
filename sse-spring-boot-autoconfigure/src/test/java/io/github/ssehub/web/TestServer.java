package io.github.ssehub.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.test.SseRecorder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * {@link StreamTestApplication} with further settings on one of the servers, and what a
 * client says to it.
 */
final class TestServer implements AutoCloseable {

	/**
	 * One for each server: a connection that it keeps must not be taken for one to the
	 * next server that happens to have the same port.
	 */
	private final HttpClient client = newClient();

	private final ConfigurableApplicationContext context;

	private final List<SseRecorder> streams = new ArrayList<>();

	private static HttpClient newClient() {
		return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
	}

	/**
	 * Of the server itself: a child context writes its port into the environment of its
	 * parent, too.
	 */
	private final int port;

	private TestServer(ConfigurableApplicationContext context) {
		this.context = context;
		this.port = ((ServletWebServerApplicationContext) context).getWebServer().getPort();
	}

	static TestServer start(Kind kind, Map<String, String> properties, Class<?>... configurations) {
		List<Class<?>> sources = new ArrayList<>(List.of(configurations));
		sources.add(StreamTestApplication.class);
		return run(kind, properties, sources.toArray(Class<?>[]::new));
	}

	/**
	 * Starts an application of its own.
	 */
	static TestServer run(Kind kind, Map<String, String> properties, Class<?>... sources) {
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		all.merge("spring.autoconfigure.exclude", kind.excluded, (more, other) -> more + "," + other);
		SpringApplication application = new SpringApplication(sources);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		application.setDefaultProperties(all);
		return new TestServer(application.run());
	}

	/**
	 * Starts an application in a child context, on a port of its own.
	 */
	TestServer startChild(Class<?> source) {
		String excluded = this.context.getEnvironment().getProperty("spring.autoconfigure.exclude");
		return new TestServer(new SpringApplicationBuilder(source).parent(this.context)
			.properties("server.port=0", "spring.autoconfigure.exclude=" + excluded)
			.run());
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	// Streams

	/**
	 * Connects a user to the starter's own endpoint.
	 * @param query the query with its question mark, or an empty string
	 */
	SseRecorder connect(String user, String query) {
		return open("/api/sse/connect" + query, "Authorization", SseRecorder.basic(user, user));
	}

	/**
	 * Opens a stream, which ends with the server if nobody ends it before.
	 * @param headers names and values in turn
	 */
	SseRecorder open(String path, String... headers) {
		SseRecorder stream = SseRecorder.open(uri(path), headers);
		this.streams.add(stream);
		return stream;
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

	// Requests

	JsonNode json(String path) throws IOException, InterruptedException {
		return json(get(path, "admin"));
	}

	static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	HttpResponse<String> get(String path, String user) throws IOException, InterruptedException {
		return request("GET", path, user, null);
	}

	HttpResponse<String> post(String path, String user, String body) throws IOException, InterruptedException {
		return request("POST", path, user, body);
	}

	/**
	 * Sends a request.
	 * @param user the user, whose password is the name, or {@code null} for nobody
	 * @param body the body, which is JSON, or {@code null} for none
	 * @param headers further names and values in turn
	 */
	HttpResponse<String> request(String method, String path, String user, String body, String... headers)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.timeout(Duration.ofSeconds(15))
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (user != null) {
			request.header("Authorization", SseRecorder.basic(user, user));
		}
		if (body != null) {
			request.header("Content-Type", "application/json");
		}
		if (headers.length > 0) {
			request.headers(headers);
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	/**
	 * Sends a request of nobody with these headers alone, on a connection of its own: a
	 * server may close one after an answer to a request whose body it has not read.
	 * @param body the body, or an empty string
	 * @param headers names and values in turn
	 */
	HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.method(method,
					body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
		if (headers.length > 0) {
			request.headers(headers);
		}
		return newClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
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

	URI uri(String path) {
		return URI.create("http://localhost:" + port() + path);
	}

	private int port() {
		return this.port;
	}

	@Override
	public void close() {
		this.streams.forEach(SseRecorder::close);
		this.context.close();
	}

	/**
	 * The servers.
	 */
	enum Kind {

		TOMCAT("org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration"),

		JETTY("org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration");

		private final String excluded;

		Kind(String excluded) {
			this.excluded = excluded;
		}

	}

}
