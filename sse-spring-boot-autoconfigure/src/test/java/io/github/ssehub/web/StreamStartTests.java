package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.mock.web.MockHttpSession;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What may go wrong between the request and the first byte of its stream.
 */
class StreamStartTests {

	private static final Map<TestServer.Kind, TestServer> servers = new EnumMap<>(TestServer.Kind.class);

	@BeforeAll
	static void start() {
		for (TestServer.Kind kind : TestServer.Kind.values()) {
			servers.put(kind, TestServer.start(kind, Map.of("sse.max-connections", "1"), StartConfiguration.class));
		}
	}

	@AfterAll
	static void stop() {
		servers.values().forEach(TestServer::close);
		servers.clear();
	}

	@BeforeEach
	void forget() {
		servers.values()
			.forEach((server) -> server.bean(StreamTestApplication.ApplicationController.class).cleaned.clear());
	}

	/**
	 * Twice, because a place that is not given back is missed by the next one.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,start", "JETTY,start", "TOMCAT,timeout", "JETTY,timeout", "TOMCAT,listener",
			"JETTY,listener" })
	void givesEverythingBackWhenTheStreamCannotStart(TestServer.Kind kind, String fault) throws Exception {
		TestServer server = servers.get(kind);
		for (String path : List.of("/cleaned", "/api/sse/connect", "/cleaned")) {
			HttpResponse<String> failed = server.get(path + "?fault=" + fault, "alice");
			assertThat(failed.statusCode()).isEqualTo(500);
			if (path.equals("/cleaned")) {
				var cleaned = server.bean(StreamTestApplication.ApplicationController.class).cleaned;
				assertThat(cleaned.poll(10, TimeUnit.SECONDS)).isEqualTo("FaultError");
				assertThat(cleaned.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
			}
		}
		awaitNobody(server);
		SseRecorder alice = server.connect("alice", "");
		alice.next("connected");
		server.bean(SseConnections.class).disconnect(alice.clientId());
		awaitNobody(server);
	}

	private static void awaitNobody(TestServer server) {
		Awaitility.await().until(() -> server.bean(SseConnections.class).count() == 0);
		Awaitility.await().until(() -> server.bean(StreamTestApplication.AsyncCounter.class).open.get() == 0);
	}

	@ParameterizedTest
	@EnumSource
	void sendsTheHeadOfAnEntityOnlyWithItsStream(TestServer.Kind kind) throws Exception {
		TestServer server = servers.get(kind);
		try (SseRecorder alice = server.open("/head", "Authorization", SseRecorder.basic("alice", "alice"))) {
			alice.next("connected");
			assertThat(alice.header("Content-Type")).isEqualTo("text/event-stream;charset=UTF-8");
			assertThat(alice.header("Content-Encoding")).isEmpty();
			assertThat(alice.header("X-Own")).isEqualTo("own");
			server.bean(SsePublisher.class).broadcast(SseEvent.of("m", "x"));
			alice.next("m");
			HttpResponse<String> refused = server.get("/head", "bob");
			assertThat(refused.statusCode()).isEqualTo(503);
			assertThat(refused.body()).startsWith("{").endsWith("}");
			assertThat(refused.headers().firstValue("X-Own")).isEmpty();
			assertThat(refused.headers().firstValue("Cache-Control").orElse("")).doesNotContain("max-age=3600");
			server.bean(SseConnections.class).disconnect(alice.clientId());
		}
		awaitNobody(server);
	}

	/**
	 * The id that the container gives a session at login comes after the first look at
	 * it.
	 */
	@ParameterizedTest
	@EnumSource
	void followsASessionThatChangesMeanwhile(TestServer.Kind kind) {
		TestServer server = servers.get(kind);
		SseRecorder alice = server.connect("alice", "?fault=login");
		alice.next("connected");
		assertThat(server.bean(SseConnections.class).disconnectSession("before")).isZero();
		assertThat(server.bean(SseConnections.class).disconnectSession("after")).isOne();
		alice.next("close");
		awaitNobody(server);
	}

	@ParameterizedTest
	@EnumSource
	void endsAStreamWhoseSessionEndsMeanwhile(TestServer.Kind kind) {
		TestServer server = servers.get(kind);
		SseRecorder alice = server.connect("alice", "?fault=logout");
		alice.next("connected");
		alice.next("close");
		awaitNobody(server);
	}

	@Configuration(proxyBeanMethods = false)
	@Import(HeadController.class)
	static class StartConfiguration {

		@Bean
		FilterRegistrationBean<Filter> faults() {
			FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
				String fault = request.getParameter("fault");
				chain.doFilter((fault != null) ? new FaultyRequest((HttpServletRequest) request, fault) : request,
						response);
			});
			registration.setAsyncSupported(true);
			registration.setOrder(Ordered.LOWEST_PRECEDENCE);
			return registration;
		}

	}

	@RestController
	static class HeadController {

		private final SseConnections connections;

		HeadController(SseConnections connections) {
			this.connections = connections;
		}

		@GetMapping("/head")
		ResponseEntity<SseEmitter> head() {
			return ResponseEntity.ok()
				.cacheControl(CacheControl.maxAge(3600, TimeUnit.SECONDS))
				.contentLength(3)
				.contentType(MediaType.TEXT_PLAIN)
				.header("Content-Encoding", "br")
				.header("X-Own", "own")
				.body(this.connections.open().build());
		}

	}

	private static final class FaultError extends Error {

		FaultError() {
			super("made by a test");
		}

	}

	/** Fails at one of the steps, or has a session that changes. */
	private static final class FaultyRequest extends HttpServletRequestWrapper {

		private final String fault;

		private final AtomicBoolean seen = new AtomicBoolean();

		FaultyRequest(HttpServletRequest request, String fault) {
			super(request);
			this.fault = fault;
		}

		@Override
		public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
			if (this.fault.equals("start")) {
				throw new FaultError();
			}
			return new FaultyContext(super.startAsync(request, response), this.fault);
		}

		@Override
		public HttpSession getSession(boolean create) {
			return switch (this.fault) {
				case "login" -> new ChangingSession(this.seen);
				case "logout" -> this.seen.get() ? null : new ChangingSession(this.seen);
				default -> super.getSession(create);
			};
		}

	}

	private static final class ChangingSession extends MockHttpSession {

		private final AtomicBoolean seen;

		ChangingSession(AtomicBoolean seen) {
			this.seen = seen;
		}

		@Override
		public String getId() {
			return this.seen.getAndSet(true) ? "after" : "before";
		}

	}

	private record FaultyContext(AsyncContext context, String fault) implements AsyncContext {

		@Override
		public void setTimeout(long timeout) {
			if (this.fault.equals("timeout")) {
				throw new FaultError();
			}
			this.context.setTimeout(timeout);
		}

		@Override
		public void addListener(AsyncListener listener) {
			if (this.fault.equals("listener")) {
				throw new FaultError();
			}
			this.context.addListener(listener);
		}

		@Override
		public void addListener(AsyncListener listener, ServletRequest request, ServletResponse response) {
			this.context.addListener(listener, request, response);
		}

		@Override
		public <T extends AsyncListener> T createListener(Class<T> type) {
			throw new UnsupportedOperationException();
		}

		@Override
		public ServletRequest getRequest() {
			return this.context.getRequest();
		}

		@Override
		public ServletResponse getResponse() {
			return this.context.getResponse();
		}

		@Override
		public boolean hasOriginalRequestAndResponse() {
			return this.context.hasOriginalRequestAndResponse();
		}

		@Override
		public void dispatch() {
			this.context.dispatch();
		}

		@Override
		public void dispatch(String path) {
			this.context.dispatch(path);
		}

		@Override
		public void dispatch(jakarta.servlet.ServletContext context, String path) {
			this.context.dispatch(context, path);
		}

		@Override
		public void complete() {
			this.context.complete();
		}

		@Override
		public void start(Runnable run) {
			this.context.start(run);
		}

		@Override
		public long getTimeout() {
			return this.context.getTimeout();
		}

	}

}
