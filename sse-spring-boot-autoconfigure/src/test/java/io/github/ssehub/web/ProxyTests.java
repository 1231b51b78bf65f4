package io.github.ssehub.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import com.sun.net.httpserver.HttpServer;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.RedisProcess;
import io.github.ssehub.test.SseRecorder;
import io.github.ssehub.test.TestPorts;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The configurations of {@code docs/proxies} with the real servers.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProxyTests {

	private static final int CLIENTS = 200;

	private static final Duration PATIENCE = Duration.ofSeconds(90);

	private final List<AutoCloseable> resources = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (int i = this.resources.size() - 1; i >= 0; i--) {
			this.resources.get(i).close();
		}
	}

	private <T extends AutoCloseable> T closing(T resource) {
		this.resources.add(resource);
		return resource;
	}

	/**
	 * A rolling restart: a node on Tomcat and one on Jetty, one after the other.
	 */
	@ParameterizedTest
	@EnumSource
	void noPageLosesAnythingWhenOneNodeAfterTheOtherIsRestarted(Proxy proxy) throws Exception {
		RedisProcess redis = closing(RedisProcess.start());
		Node first = closing(new Node(WebServerTests.Server.TOMCAT, redis.port()));
		Node second = closing(new Node(WebServerTests.Server.JETTY, redis.port()));
		ProxyProcess process = closing(proxy.start(Map.of("app-1:8080", first.port, "app-2:8080", second.port)));
		PageClients clients = closing(
				PageClients.open("http://127.0.0.1:%d/api/sse/connect?topics=news".formatted(process.port()), CLIENTS));
		Publisher publisher = new Publisher();
		awaitAllConnected(clients, 1);
		for (Node node : List.of(first, second)) {
			Node other = (node == first) ? second : first;
			CompletableFuture<Void> restarted = CompletableFuture.runAsync(node::restart);
			publisher.publishUntil(other, restarted::isDone);
			restarted.join();
			publisher.publishUntil(node, () -> clients.status().connected() == CLIENTS);
		}
		publisher.publish(first);
		eventually("the last event at every page").until(() -> {
			PageClients.Status status = clients.status();
			return !status.faults().isEmpty() || status.received() == publisher.count;
		});
		PageClients.Status status = clients.status();
		assertThat(status.faults()).isEmpty();
		assertThat(status.received()).isEqualTo(publisher.count);
		assertThat(status.leastConnects()).isGreaterThanOrEqualTo(2);
	}

	/**
	 * A POST that a node may have carried out is not repeated.
	 */
	@ParameterizedTest
	@EnumSource
	void asksTheNextNodeWhenOneAnswers503AndRepeatsNoPost(Proxy proxy) throws Exception {
		StubNode draining = closing(new StubNode(503));
		StubNode other = closing(new StubNode(200));
		ProxyProcess process = closing(proxy.start(Map.of("app-1:8080", draining.port(), "app-2:8080", other.port())));
		URI uri = URI.create("http://127.0.0.1:%d/api/sse/x".formatted(process.port()));
		HttpClient client = HttpClient.newHttpClient();
		for (int i = 0; i < 20; i++) {
			assertThat(client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
				.statusCode()).isEqualTo(200);
		}
		assertThat(draining.requests).hasPositiveValue();
		assertThat(other.requests).hasValue(20);
		draining.requests.set(0);
		other.requests.set(0);
		other.status = 503;
		HttpRequest post = HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString("{}")).build();
		assertThat(client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(503);
		assertThat(draining.requests.get() + other.requests.get()).isOne();
	}

	/**
	 * The inner one tells the outer one, which collects otherwise, not to do so.
	 */
	@Test
	void passesEventsOnAtOnceThroughTwoProxiesInARow() throws Exception {
		RedisProcess redis = closing(RedisProcess.start());
		Node node = closing(new Node(WebServerTests.Server.TOMCAT, redis.port()));
		ProxyProcess inner = closing(Proxy.NGINX.start(Map.of("app-1:8080", node.port, "app-2:8080", node.port)));
		ProxyProcess outer = closing(ProxyProcess.nginx("""
				events {
				}
				http {
					server {
						listen 80;
						location / {
							proxy_pass http://inner;
						}
					}
				}
				""", Map.of("inner", inner.port())));
		// An outer one that collects holds back even the head of the response.
		try (SseRecorder page = SseRecorder
			.open(URI.create("http://127.0.0.1:%d/api/sse/connect".formatted(outer.port())))) {
			page.next("connected");
			node.publisher().broadcast(SseEvent.of("once", "1"));
			page.next("once");
		}
	}

	private static void awaitAllConnected(PageClients clients, int times) {
		eventually("all pages").until(() -> {
			PageClients.Status status = clients.status();
			assertThat(status.faults()).isEmpty();
			return status.connected() == CLIENTS && status.leastConnects() >= times;
		});
	}

	private static ConditionFactory eventually(String what) {
		return Awaitility.await(what).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(50));
	}

	enum Proxy {

		NGINX, HAPROXY;

		ProxyProcess start(Map<String, Integer> nodes) throws IOException {
			return switch (this) {
				case NGINX -> ProxyProcess.nginx(configuration("nginx.conf"), nodes);
				case HAPROXY -> ProxyProcess.haproxy(configuration("haproxy.cfg"), nodes);
			};
		}

		private static String configuration(String file) throws IOException {
			return Files.readString(Path.of("../docs/proxies", file));
		}

	}

	/**
	 * Answers every request with the same status.
	 */
	private static final class StubNode implements AutoCloseable {

		private final AtomicInteger requests = new AtomicInteger();

		private final HttpServer server;

		private volatile int status;

		StubNode(int status) throws IOException {
			this.status = status;
			this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
			this.server.createContext("/", (exchange) -> {
				this.requests.incrementAndGet();
				exchange.sendResponseHeaders(this.status, -1);
				exchange.close();
			});
			this.server.start();
		}

		int port() {
			return this.server.getAddress().getPort();
		}

		@Override
		public void close() {
			this.server.stop(0);
		}

	}

	/**
	 * Publishes the events that the pages expect.
	 */
	private static final class Publisher {

		private int count;

		void publish(Node node) {
			node.publisher().toTopic("news", SseEvent.of("n", this.count));
			this.count++;
		}

		void publishUntil(Node node, Callable<Boolean> condition) {
			eventually("the end of a restart").until(() -> {
				publish(node);
				return condition.call();
			});
		}

	}

	/**
	 * An application that comes back on the port it had.
	 */
	private static final class Node implements AutoCloseable {

		private final WebServerTests.Server server;

		private final int redisPort;

		private final int port;

		private volatile ConfigurableApplicationContext context;

		Node(WebServerTests.Server server, int redisPort) throws IOException {
			this.server = server;
			this.redisPort = redisPort;
			this.port = TestPorts.free();
			this.context = start();
		}

		private ConfigurableApplicationContext start() {
			return new SpringApplicationBuilder(StreamTestApplication.class)
				.properties("server.port=" + this.port, "sse.log.type=redis", "spring.data.redis.host=127.0.0.1",
						"spring.data.redis.port=" + this.redisPort, "sse.log.redis.key=proxy-test",
						"sse.log.history=10000", "sse.security.connect=permit-all", "sse.shutdown.drain-time=1s",
						"sse.retry=500ms", "spring.jmx.enabled=false",
						"spring.autoconfigure.exclude=" + this.server.excluded)
				.run();
		}

		SsePublisher publisher() {
			return this.context.getBean(SsePublisher.class);
		}

		void restart() {
			this.context.close();
			this.context = start();
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

}
