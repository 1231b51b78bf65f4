package io.github.ssehub.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * An application on a server, and a client that sends it any header.
 */
final class RunningApplication implements AutoCloseable {

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private RunningApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static RunningApplication start(Server server, Map<String, String> properties, Class<?>... sources) {
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		List<String> excluded = new ArrayList<>(List.of(server.excluded));
		excluded.addAll(List.of(properties.getOrDefault("spring.autoconfigure.exclude", "").split(",")));
		excluded.removeIf(String::isEmpty);
		all.put("spring.autoconfigure.exclude", String.join(",", excluded));
		SpringApplication application = new SpringApplication(sources);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		application.setDefaultProperties(all);
		return new RunningApplication(application.run());
	}

	/**
	 * Starts an application in a child context, on a port of its own.
	 */
	RunningApplication startChild(Class<?> source) {
		String excluded = this.context.getEnvironment().getProperty("spring.autoconfigure.exclude");
		return new RunningApplication(new SpringApplicationBuilder(source).parent(this.context)
			.properties("server.port=0", "spring.autoconfigure.exclude=" + excluded)
			.run());
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	URI uri(String path) {
		return URI
			.create("http://localhost:" + ((WebServerApplicationContext) this.context).getWebServer().getPort() + path);
	}

	/**
	 * Sends a request.
	 * @param method the method
	 * @param path the path
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
		return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	@Override
	public void close() {
		this.context.close();
	}

	enum Server {

		TOMCAT("org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration"),

		JETTY("org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration");

		final String excluded;

		Server(String excluded) {
			this.excluded = excluded;
		}

	}

}
