package io.github.ssehub.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Filters of an application that put a response of their own in the place of the
 * container's, on every supported server.
 */
@ExtendWith(OutputCaptureExtension.class)
class WrappedResponseTests {

	private static final Map<TestServer.Kind, TestServer> servers = new EnumMap<>(TestServer.Kind.class);

	@BeforeAll
	static void start() {
		for (TestServer.Kind kind : TestServer.Kind.values()) {
			servers.put(kind, TestServer.start(kind, Map.of("sse.heartbeat.interval", "5s", "sse.tomcat.write-timeout",
					"2s", "server.jetty.connection-idle-timeout", "2s"), FilterConfiguration.class));
		}
	}

	@AfterAll
	static void stop() {
		servers.values().forEach(TestServer::close);
		servers.clear();
	}

	// What only keeps is passed over

	/**
	 * {@code logging+counting}: the one that keeps the bytes is on both sides of one that
	 * sees them.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,logging", "JETTY,logging", "TOMCAT,counting+logging+inner", "JETTY,counting+logging+inner",
			"TOMCAT,etag", "JETTY,etag" })
	void passesOverAFilterThatOnlyKeepsTheBody(TestServer.Kind kind, String filters) throws Exception {
		TestServer server = servers.get(kind);
		long before = server.bean(AtomicLong.class).get();
		deliversAndNoticesThatTheClientHasLeft(server, filters);
		if (filters.contains("counting")) {
			assertThat(server.bean(AtomicLong.class).get() - before).isGreaterThan(40_000);
		}
		assertThat(server.get("/rest?filters=logging,etag", "alice").body()).isEqualTo("protected");
	}

	// What passes on goes on working

	@ParameterizedTest
	@EnumSource
	void writesThroughAFilterThatCounts(TestServer.Kind kind) {
		TestServer server = servers.get(kind);
		long before = server.bean(AtomicLong.class).get();
		deliversAndNoticesThatTheClientHasLeft(server, "counting");
		assertThat(server.bean(AtomicLong.class).get() - before).isGreaterThan(40_000);
	}

	/**
	 * Its output makes each byte a write, flushes nothing and says that it is always
	 * ready.
	 */
	@ParameterizedTest
	@EnumSource
	void writesThroughAFilterThatPassesOnBytesOneByOne(TestServer.Kind kind, CapturedOutput output) {
		deliversAndNoticesThatTheClientHasLeft(servers.get(kind), "naive");
		assertThat(output).contains("NaiveOutput' cannot be written without blocking");
	}

	@ParameterizedTest
	@EnumSource
	void writesThroughAFilterThatCompressesAndFlushes(TestServer.Kind kind) throws Exception {
		TestServer server = servers.get(kind);
		HttpResponse<InputStream> response = open(server, "gzip");
		assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
		InputStream body = new GZIPInputStream(response.body());
		readUntil(body, "event: connected");
		server.bean(SsePublisher.class).broadcast(SseEvent.of("m", "squeezed"));
		readUntil(body, "data: squeezed");
		response.body().close();
		awaitNobody(server);
	}

	private static void deliversAndNoticesThatTheClientHasLeft(TestServer server, String filters) {
		for (String path : List.of("/api/sse/connect", "/chat-entity/lobby")) {
			SseRecorder alice = server.open(path + "?filters=" + filters, "Authorization",
					SseRecorder.basic("alice", "alice"));
			alice.next("connected");
			for (int i = 0; i < 20; i++) {
				server.bean(SsePublisher.class).broadcast(SseEvent.of("m", "x".repeat(1000)));
			}
			for (int i = 0; i < 20; i++) {
				assertThat(alice.next("m").data()).hasSize(1000);
			}
			assertThat(alice.header("X-Client-ID")).isNotEmpty();
			assertThat(alice.header("X-Content-Type-Options")).isEqualTo("nosniff");
			alice.close();
			awaitNobody(server);
		}
	}

	private static void awaitNobody(TestServer server) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			server.bean(SsePublisher.class).broadcast(SseEvent.of("m", "x"));
			return server.bean(SseConnections.class).count() == 0;
		});
	}

	/**
	 * No output gets round the bounds of the queue, whatever it says about being ready.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,naive", "JETTY,naive", "TOMCAT,counting", "JETTY,counting" })
	void endsAClientThatTakesNothingBehindAFilter(TestServer.Kind kind, String filters) throws Exception {
		TestServer server = servers.get(kind);
		try (Socket stalled = server.stalled("/api/sse/connect?filters=" + filters)) {
			SsePublisher publisher = server.bean(SsePublisher.class);
			SseEvent big = SseEvent.of("big", "x".repeat(100_000));
			for (int i = 0; i < 500 && server.bean(SseConnections.class).count() > 0; i++) {
				publisher.broadcast(big);
			}
			Awaitility.await()
				.atMost(Duration.ofSeconds(20))
				.until(() -> server.bean(SseConnections.class).count() == 0);
			assertThat(stalled.isConnected()).isTrue();
		}
	}

	// What swallows is refused

	@ParameterizedTest
	@EnumSource
	void refusesAStreamBehindAFilterThatKeepsIt(TestServer.Kind kind, CapturedOutput output) throws Exception {
		TestServer server = servers.get(kind);
		for (int i = 0; i < 3; i++) {
			HttpResponse<String> refused = server.get("/api/sse/connect?filters=buffering", "alice");
			assertThat(refused.statusCode()).isEqualTo(500);
			assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(refused.headers().firstValue("X-Client-ID")).isEmpty();
			assertThat(refused.body()).startsWith("{").contains("\"status\":500").endsWith("}");
			HttpResponse<String> ofController = server.get("/chat/lobby?filters=buffering", "alice");
			assertThat(ofController.statusCode()).isEqualTo(500);
			assertThat(ofController.body()).startsWith("{").endsWith("}");
		}
		assertThat(output.toString()
			.split("WrappedResponseTests\\$BufferingResponse' of a filter keeps the bytes of an event stream"))
			.hasSize(2);
		assertThat(server.bean(SseConnections.class).count()).isZero();
		assertThat(server.get("/rest?filters=buffering", "alice").body()).isEqualTo("protected");
	}

	/**
	 * It has sent the status by the time that it is found out.
	 */
	@ParameterizedTest
	@EnumSource
	void endsAStreamBehindAFilterThatHoldsItBack(TestServer.Kind kind, CapturedOutput output) throws Exception {
		TestServer server = servers.get(kind);
		HttpResponse<InputStream> response = open(server, "late");
		assertThat(new String(new GZIPInputStream(response.body()).readAllBytes(), StandardCharsets.UTF_8))
			.isEqualTo(":\n\n:\n\n");
		assertThat(output).contains("GzipResponse' of a filter keeps the bytes of an event stream");
		assertThat(server.bean(SseConnections.class).count()).isZero();
	}

	private static HttpResponse<InputStream> open(TestServer server, String filters) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(server.uri("/api/sse/connect?filters=" + filters))
				.header("Authorization", SseRecorder.basic("alice", "alice"))
				.build(), HttpResponse.BodyHandlers.ofInputStream());
	}

	private static void readUntil(InputStream input, String text) throws IOException {
		StringBuilder read = new StringBuilder();
		while (!read.toString().endsWith(text)) {
			int value = input.read();
			assertThat(value).as("the end after " + read).isNotEqualTo(-1);
			read.append((char) value);
		}
	}

	// The filters

	@Configuration(proxyBeanMethods = false)
	static class FilterConfiguration {

		@Bean
		AtomicLong counter() {
			return new AtomicLong();
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> counting(AtomicLong counter) {
			return filter(Ordered.HIGHEST_PRECEDENCE + 10, "counting", (request, response, chain) -> chain
				.doFilter(request, new CountingResponse((HttpServletResponse) response, counter)));
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> logging() {
			return filter(Ordered.HIGHEST_PRECEDENCE + 20, "logging", this::log);
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> inner() {
			return filter(Ordered.LOWEST_PRECEDENCE, "inner", this::log);
		}

		private void log(ServletRequest request, ServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			ContentCachingResponseWrapper cached = new ContentCachingResponseWrapper((HttpServletResponse) response);
			try {
				chain.doFilter(request, cached);
			}
			finally {
				cached.copyBodyToResponse();
			}
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> etag() {
			return filter(Ordered.LOWEST_PRECEDENCE, "etag", new ShallowEtagHeaderFilter());
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> naive() {
			return filter(Ordered.LOWEST_PRECEDENCE, "naive", (request, response, chain) -> chain.doFilter(request,
					new NaiveResponse((HttpServletResponse) response)));
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> buffering() {
			return filter(Ordered.LOWEST_PRECEDENCE, "buffering", (request, response, chain) -> {
				BufferingResponse buffering = new BufferingResponse((HttpServletResponse) response);
				try {
					chain.doFilter(request, buffering);
				}
				finally {
					byte[] body = buffering.kept.toByteArray();
					response.setContentLength(body.length);
					response.getOutputStream().write(body);
				}
			});
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> gzip() {
			return filter(Ordered.HIGHEST_PRECEDENCE, "gzip", (request, response, chain) -> chain.doFilter(request,
					new GzipResponse((HttpServletResponse) response, true)));
		}

		@Bean
		FilterRegistrationBean<ChosenFilter> late() {
			return filter(Ordered.HIGHEST_PRECEDENCE, "late", (request, response, chain) -> {
				GzipResponse zipped = new GzipResponse((HttpServletResponse) response, false);
				chain.doFilter(request, zipped);
				zipped.getOutputStream().close();
			});
		}

		private static FilterRegistrationBean<ChosenFilter> filter(int order, String name, Filter filter) {
			FilterRegistrationBean<ChosenFilter> registration = new FilterRegistrationBean<>(
					new ChosenFilter(name, filter));
			registration.setName(name);
			registration.setAsyncSupported(true);
			registration.setOrder(order);
			return registration;
		}

	}

	/**
	 * A filter that a request asks for.
	 */
	private record ChosenFilter(String name, Filter filter) implements Filter {

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			String filters = request.getParameter("filters");
			if (filters != null && List.of(filters.split("[ ,]")).contains(this.name)) {
				this.filter.doFilter(request, response, chain);
			}
			else {
				chain.doFilter(request, response);
			}
		}

	}

	// Their responses

	/** Passes everything on. */
	private static final class CountingResponse extends HttpServletResponseWrapper {

		private final AtomicLong counter;

		CountingResponse(HttpServletResponse response, AtomicLong counter) {
			super(response);
			this.counter = counter;
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			ServletOutputStream delegate = super.getOutputStream();
			return new ServletOutputStream() {

				@Override
				public void write(int value) throws IOException {
					CountingResponse.this.counter.incrementAndGet();
					delegate.write(value);
				}

				@Override
				public void write(byte[] bytes, int offset, int length) throws IOException {
					CountingResponse.this.counter.addAndGet(length);
					delegate.write(bytes, offset, length);
				}

				@Override
				public void flush() throws IOException {
					delegate.flush();
				}

				@Override
				public boolean isReady() {
					return delegate.isReady();
				}

				@Override
				public void setWriteListener(WriteListener listener) {
					delegate.setWriteListener(listener);
				}

			};
		}

	}

	private static final class NaiveResponse extends HttpServletResponseWrapper {

		NaiveResponse(HttpServletResponse response) {
			super(response);
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			return new NaiveOutput(super.getOutputStream());
		}

	}

	private static final class NaiveOutput extends ServletOutputStream {

		private final ServletOutputStream delegate;

		NaiveOutput(ServletOutputStream delegate) {
			this.delegate = delegate;
		}

		@Override
		public void write(int value) throws IOException {
			this.delegate.write(value);
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
		}

	}

	private static final class BufferingResponse extends HttpServletResponseWrapper {

		private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

		BufferingResponse(HttpServletResponse response) {
			super(response);
		}

		@Override
		public ServletOutputStream getOutputStream() {
			return new ServletOutputStream() {

				@Override
				public void write(int value) {
					BufferingResponse.this.kept.write(value);
				}

				@Override
				public boolean isReady() {
					return true;
				}

				@Override
				public void setWriteListener(WriteListener listener) {
				}

			};
		}

		@Override
		public void flushBuffer() {
		}

	}

	private static final class GzipResponse extends HttpServletResponseWrapper {

		private final boolean flushes;

		private ServletOutputStream output;

		GzipResponse(HttpServletResponse response, boolean flushes) {
			super(response);
			this.flushes = flushes;
		}

		@Override
		public ServletOutputStream getOutputStream() throws IOException {
			if (this.output == null) {
				setHeader("Content-Encoding", "gzip");
				this.output = new GzipOutput(super.getOutputStream(), this.flushes);
			}
			return this.output;
		}

	}

	/** Writes the head of the compressed body with the first byte. */
	private static final class GzipOutput extends ServletOutputStream {

		private final ServletOutputStream delegate;

		private final boolean flushes;

		private GZIPOutputStream zipped;

		GzipOutput(ServletOutputStream delegate, boolean flushes) {
			this.delegate = delegate;
			this.flushes = flushes;
		}

		private GZIPOutputStream zipped() throws IOException {
			if (this.zipped == null) {
				this.zipped = new GZIPOutputStream(this.delegate, this.flushes);
			}
			return this.zipped;
		}

		@Override
		public void write(int value) throws IOException {
			zipped().write(value);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) throws IOException {
			zipped().write(bytes, offset, length);
		}

		@Override
		public void flush() throws IOException {
			zipped().flush();
		}

		@Override
		public void close() throws IOException {
			zipped().close();
		}

		@Override
		public boolean isReady() {
			return true;
		}

		@Override
		public void setWriteListener(WriteListener listener) {
		}

	}

}
