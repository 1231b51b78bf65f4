package io.github.ssehub.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.test.SseRecorder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@link StreamTestApplication} with further settings on one of the servers, and a client
 * for it.
 */
final class TestServer implements AutoCloseable {

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private TestServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static TestServer start(Kind kind, Map<String, String> properties, Class<?>... configurations) {
		List<Class<?>> sources = new ArrayList<>(List.of(configurations));
		sources.add(StreamTestApplication.class);
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		all.put("spring.autoconfigure.exclude", kind.excluded);
		SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
		application.setDefaultProperties(all);
		return new TestServer(application.run());
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	SseRecorder connect(String user, String query) {
		SseRecorder recorder = SseRecorder.open(uri("/api/sse/connect" + query), "Authorization",
				SseRecorder.basic(user, user));
		assertThat(recorder.status()).isEqualTo(200);
		return recorder;
	}

	JsonNode get(String path) throws IOException, InterruptedException {
		return json(request("GET", path, "admin", null));
	}

	HttpResponse<String> post(String path, String user, String body) throws IOException, InterruptedException {
		return request("POST", path, user, body);
	}

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
		return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	URI uri(String path) {
		return URI.create("http://localhost:%s%s"
			.formatted(this.context.getEnvironment().getRequiredProperty("local.server.port"), path));
	}

	@Override
	public void close() {
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
