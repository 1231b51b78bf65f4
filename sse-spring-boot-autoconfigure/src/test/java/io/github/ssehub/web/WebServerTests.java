package io.github.ssehub.web;

import java.io.IOException;
import java.net.CookieManager;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.CloseReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Topic;
import io.github.ssehub.autoconfigure.SseConfigurationException;
import io.github.ssehub.internal.hub.HubObserver;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.security.SseHttpSecurityCustomizer;
import io.github.ssehub.security.SubscribeAuthorizer;
import io.github.ssehub.test.SseRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import org.apache.coyote.AbstractProtocol;
import org.awaitility.Awaitility;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.servlet.config.annotation.PathMatchConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Whole applications with different settings, started and stopped.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebServerTests {

	private static final String NO_SECURITY = "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration";

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	// Shutdown

	@ParameterizedTest
	@EnumSource
	void endsAThousandStreamsCleanlyAndDeliversWhatWasPublishedBefore(Server server) throws Exception {
		List<SseRecorder> recorders = new ArrayList<>();
		ConfigurableApplicationContext context = start(server, Map.of("sse.shutdown.drain-time", "20s"));
		for (int i = 0; i < 1000; i++) {
			SseRecorder recorder = connect(context, "alice", "");
			recorder.next("connected");
			recorders.add(recorder);
		}
		context.getBean(SsePublisher.class).broadcast(SseEvent.of("last", "words"));
		context.close();
		for (SseRecorder recorder : recorders) {
			assertThat(recorder.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
			recorder.next("last");
			recorder.assertExhausted();
			assertThat(Integer.parseInt(recorder.retry())).isBetween(23_000, 26_000);
		}
	}

	@ParameterizedTest
	@EnumSource
	void refusesNewConnectionsWhileItShutsDown(Server server) throws Exception {
		try (ConfigurableApplicationContext context = start(server, Map.of())) {
			SseHub hub = context.getBean(SseHub.class);
			hub.stop();
			HttpResponse<String> response = get(context, "/api/sse/connect", "alice");
			assertThat(response.statusCode()).isEqualTo(503);
			assertThat(response.headers().firstValue("Retry-After")).isPresent();
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			hub.start();
			connect(context, "alice", "").next("connected");
		}
	}

	@ParameterizedTest
	@EnumSource
	void waitsForAClientThatTakesNothingNoLongerThanTheWriteTimeout(Server server, CapturedOutput output)
			throws Exception {
		ConfigurableApplicationContext context = start(server,
				Map.of("sse.tomcat.write-timeout", "1s", "server.jetty.connection-idle-timeout", "1s"));
		try (Socket stalled = stalled(context)) {
			publishUntilOneIsEnded(context);
			context.close();
			assertThat(output).contains("Graceful shutdown complete").doesNotContain("Graceful shutdown aborted");
		}
	}

	/**
	 * Load balancers are told first, so that those who come back are sent elsewhere.
	 */
	@ParameterizedTest
	@EnumSource
	void refusesTrafficBeforeTheFirstStreamEnds(Server server) {
		ConfigurableApplicationContext context = start(server, Map.of(), OrderConfiguration.class);
		OrderConfiguration order = context.getBean(OrderConfiguration.class);
		SseRecorder alice = connect(context, "alice", "");
		alice.next("connected");
		context.close();
		assertThat(alice.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
		assertThat(order.calls).startsWith("ACCEPTING_TRAFFIC", "REFUSING_TRAFFIC").endsWith("disconnected");
	}

	/**
	 * Those who read are told a time at which this server does not answer any more, and
	 * nobody waits for the one who does not read.
	 */
	@ParameterizedTest
	@EnumSource
	void aClientThatTakesNothingHoldsUpNobody(Server server) throws Exception {
		try (ConfigurableApplicationContext context = start(server,
				Map.of("sse.shutdown.drain-time", "1m", "sse.buffer.bytes", "64MB", "sse.buffer.events", "5000",
						"sse.tomcat.send-buffer-size", "16KB", "sse.jetty.send-buffer-size", "16KB"));
				Socket stalled = stalled(context)) {
			SseRecorder alice = connect(context, "alice", "");
			alice.next("connected");
			SseConnection blocked = context.getBean(SseConnections.class).ofUser("bob").get(0);
			for (int i = 0; i < 1000 && blocked.getQueuedEvents() == 0; i++) {
				context.getBean(SsePublisher.class).broadcast(SseEvent.of("big", "x".repeat(8000)));
				alice.next("big");
			}
			assertThat(blocked.getQueuedEvents()).isPositive();
			CompletableFuture<Void> stopped = CompletableFuture.runAsync(context.getBean(SseHub.class)::stop);
			assertThat(alice.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(15));
			assertThat(Integer.parseInt(alice.retry())).isBetween(63_000, 66_000);
		}
	}

	/**
	 * A client may come back on the very connection its stream was on. It gets no answer,
	 * so it opens another one: a 503 would end an EventSource for good.
	 */
	@ParameterizedTest
	@EnumSource
	void givesNoAnswerOnAConnectionThatIsKeptWhileTheServerShutsDown(Server server) throws Exception {
		ConfigurableApplicationContext context = start(server, Map.of(), SlowConfiguration.class);
		SlowConfiguration slow = context.getBean(SlowConfiguration.class);
		CompletableFuture<Integer> request = CompletableFuture.supplyAsync(() -> {
			try {
				return get(context, "/slow", "alice").statusCode();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		assertThat(slow.begun.await(15, TimeUnit.SECONDS)).isTrue();
		try (Socket kept = stalled(context)) {
			CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
			String rest = readUntil(kept, "\r\n0\r\n\r\n");
			assertThat(rest).contains("retry: ");
			Awaitility.await().until(() -> !context.getBean(SseHub.class).isStarted());
			awaitNoAnswer(context, kept);
			slow.gate.countDown();
			assertThat(closed).succeedsWithin(Duration.ofSeconds(30));
		}
		assertThat(request.get(15, TimeUnit.SECONDS)).isEqualTo(200);
	}

	private static String readUntil(Socket socket, String end) throws IOException {
		StringBuilder read = new StringBuilder();
		while (read.indexOf(end) < 0) {
			int character = socket.getInputStream().read();
			assertThat(character).as("the end of the connection after " + read).isNotEqualTo(-1);
			read.append((char) character);
		}
		return read.toString();
	}

	/**
	 * By the time that clients were told, the connection is closed, or is closed when a
	 * request comes.
	 */
	private static void awaitNoAnswer(ConfigurableApplicationContext context, Socket kept) throws IOException {
		kept.setSoTimeout(2000);
		try {
			assertThat(kept.getInputStream().read()).isEqualTo(-1);
		}
		catch (SocketTimeoutException ex) {
			kept.setSoTimeout(15_000);
			kept.getOutputStream()
				.write("GET /api/sse/connect HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(kept.getInputStream().read()).isEqualTo(-1);
		}
	}

	// Responses

	/**
	 * Jetty holds back what follows something that was written before, unless it is
	 * flushed.
	 */
	@ParameterizedTest
	@EnumSource
	void deliversAtOnceAfterWhatAFilterHasWritten(Server server) {
		try (ConfigurableApplicationContext context = start(server,
				Map.of("sse.heartbeat.interval", "5m", "sse.client-timeout", "10m"), PaddingConfiguration.class)) {
			SseRecorder alice = connect(context, "alice", "");
			assertThat(alice.nextComment()).isEqualTo("padding");
			alice.next("connected");
			context.getBean(SsePublisher.class).broadcast(SseEvent.of("once", 1));
			alice.next("once");
		}
	}

	@ParameterizedTest
	@EnumSource
	void deliversThroughAFilterThatKeepsOtherResponses(Server server) {
		try (ConfigurableApplicationContext context = start(server, Map.of(), EtagConfiguration.class)) {
			SseRecorder alice = connect(context, "alice", "");
			alice.next("connected");
			context.getBean(SsePublisher.class).broadcast(SseEvent.of("once", 1));
			alice.next("once");
			assertThat(alice.header("X-Content-Type-Options")).isEqualTo("nosniff");
		}
	}

	@Test
	void anOpenStreamHoldsNoBufferOfJetty() {
		try (ConfigurableApplicationContext context = start(Server.JETTY, Map.of())) {
			int streams = 20;
			long before = heldByJetty(context);
			List<SseRecorder> recorders = new ArrayList<>();
			for (int i = 0; i < streams; i++) {
				SseRecorder recorder = connect(context, "alice", "");
				recorder.next("connected");
				recorders.add(recorder);
			}
			context.getBean(SsePublisher.class).broadcast(SseEvent.of("once", 1));
			recorders.forEach((recorder) -> recorder.next("once"));
			Awaitility.await()
				.atMost(Duration.ofSeconds(10))
				.untilAsserted(() -> assertThat(heldByJetty(context) - before).isLessThan(streams * 16 * 1024L));
		}
	}

	private static long heldByJetty(ConfigurableApplicationContext context) {
		JettyWebServer server = (JettyWebServer) ((WebServerApplicationContext) context).getWebServer();
		ArrayByteBufferPool pool = (ArrayByteBufferPool) server.getServer().getByteBufferPool();
		// A buffer that was made for a stream is reserved until it is given back.
		return pool.getReserved() + pool.getDirectMemory() - pool.getAvailableDirectMemory();
	}

	// Limits

	@ParameterizedTest
	@EnumSource
	void noticesAClientThatTakesNothingEarlyWithASmallSendBuffer(Server server) throws Exception {
		try (ConfigurableApplicationContext context = start(server,
				Map.of("sse.buffer.events", "16", "sse.tomcat.send-buffer-size", "16KB", "sse.jetty.send-buffer-size",
						"16KB", "sse.tomcat.write-timeout", "1s", "server.jetty.connection-idle-timeout", "1s"));
				Socket stalled = stalled(context)) {
			// Left alone, the operating system takes some hundred such events.
			assertThat(publishUntilOneIsEnded(context)).isLessThan(100);
		}
	}

	/**
	 * Publishes to a client that reads and to one that does not.
	 * @return how many events of 8 KB it took
	 */
	private int publishUntilOneIsEnded(ConfigurableApplicationContext context) {
		SseRecorder alice = connect(context, "alice", "");
		alice.next("connected");
		SseConnections connections = context.getBean(SseConnections.class);
		SsePublisher publisher = context.getBean(SsePublisher.class);
		String data = "x".repeat(8000);
		int published = 0;
		while (published < 2000 && connections.count() == 2) {
			publisher.broadcast(SseEvent.of("big", data));
			alice.next("big");
			published++;
		}
		assertThat(connections.count()).isOne();
		return published;
	}

	/** A client that has been told who it is and reads no further. */
	private static Socket stalled(ConfigurableApplicationContext context) throws IOException {
		URI uri = uri(context, "/api/sse/connect");
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()));
		socket.setSoTimeout(15_000);
		socket.getOutputStream()
			.write(("GET /api/sse/connect HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
					+ SseRecorder.basic("bob", "bob") + "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
		StringBuilder head = new StringBuilder();
		while (!head.toString().contains("event: connected")) {
			int character = socket.getInputStream().read();
			assertThat(character).as("the end of the stream after " + head).isNotEqualTo(-1);
			head.append((char) character);
		}
		return socket;
	}

	@ParameterizedTest
	@EnumSource
	void refusesOneConnectionTooManyAndTakesTheNextWhenOneLeft(Server server) throws Exception {
		try (ConfigurableApplicationContext context = start(server, Map.of("sse.max-connections", "2"))) {
			SseRecorder first = connect(context, "alice", "");
			first.next("connected");
			connect(context, "bob", "").next("connected");
			HttpResponse<String> refused = get(context, "/api/sse/connect", "alice");
			assertThat(refused.statusCode()).isEqualTo(503);
			assertThat(refused.headers().firstValue("Retry-After")).isPresent();
			assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(refused.body()).contains("All 2 connections are in use");
			assertThat(get(context, "/chat/lobby", "alice").statusCode()).isEqualTo(503);
			context.getBean(SseConnections.class).disconnect(first.clientId());
			connect(context, "alice", "").next("connected");
		}
	}

	/**
	 * The one delivery loop is held, as if it had more connections than it can write to.
	 */
	@ParameterizedTest
	@EnumSource
	void answersPublishersWithRetryAfterWhileTheLoopsHaveNoRoom(Server server) throws Exception {
		Map<String, String> properties = Map.of("sse.delivery.threads", "1", "sse.delivery.inbox-events", "16",
				"sse.delivery.publish-timeout", "0");
		try (ConfigurableApplicationContext context = start(server, properties, HoldingConfiguration.class)) {
			HoldingConfiguration holding = context.getBean(HoldingConfiguration.class);
			SseRecorder alice = connect(context, "alice", "");
			try {
				alice.next("connected");
				post(context, "/api/sse/broadcast", "admin");
				alice.next("message");
				assertThat(holding.held.await(15, TimeUnit.SECONDS)).isTrue();
				for (int i = 0; i < 16; i++) {
					assertThat(post(context, "/api/sse/users/alice/send", "admin").statusCode()).isEqualTo(200);
				}
				for (String path : List.of("broadcast", "users/alice/send", "topics/news/send",
						"send/" + alice.clientId())) {
					HttpResponse<String> rejected = post(context, "/api/sse/" + path, "admin");
					assertThat(rejected.statusCode()).isEqualTo(503);
					assertThat(rejected.headers().firstValue("Retry-After")).hasValue("5");
					assertThat(rejected.headers().firstValue("Content-Type")).hasValue("application/problem+json");
					assertThat(rejected.body()).contains("\"retry_after\":5", "Nothing was published",
							"16 events wait for a delivery loop", "sse.delivery.inbox-events");
				}
				assertThat(get(context, "/api/sse/stats", "admin").body()).contains("\"rejected_publications\":4");
				assertThat(context.getBean(SseHub.class).log().head().offset()).isEqualTo(17);
				assertThat(context.getBean(MeterRegistry.class).get("sse.publish.rejected").functionCounter().count())
					.isEqualTo(4);
				assertThat(context.getBean(MeterRegistry.class).get("sse.delivery.backlog").gauge().value())
					.isEqualTo(16);
			}
			finally {
				holding.gate.countDown();
			}
			for (int i = 0; i < 16; i++) {
				alice.next("message");
			}
			Awaitility.await().until(() -> context.getBean(SseHub.class).backlog() == 0);
			assertThat(post(context, "/api/sse/broadcast", "admin").statusCode()).isEqualTo(200);
			alice.next("message");
			alice.assertExhausted();
		}
	}

	@ParameterizedTest
	@EnumSource
	void letsWhatFollowsAnEventWaitForTheBatchInterval(Server server) {
		try (ConfigurableApplicationContext context = start(server, Map.of("sse.delivery.batch-interval", "1s"))) {
			SseRecorder alice = connect(context, "alice", "");
			alice.next("connected");
			SsePublisher publisher = context.getBean(SsePublisher.class);
			Timer delivery = context.getBean(MeterRegistry.class).get("sse.delivery").timer();
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
				publisher.broadcast(SseEvent.of("first", "x"));
				alice.next("first");
				publisher.broadcast(SseEvent.of("second", "x"));
				alice.next("second");
				return delivery.max(TimeUnit.MILLISECONDS) > 500;
			});
			alice.assertExhausted();
		}
	}

	@Test
	void limitsTheConnectionsOfAUser() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT,
				Map.of("sse.max-connections-per-user", "1", "sse.user-limit-policy", "reject"))) {
			SseRecorder first = connect(context, "alice", "");
			first.next("connected");
			assertThat(get(context, "/api/sse/connect", "alice").statusCode()).isEqualTo(429);
			connect(context, "bob", "").next("connected");
			context.getBean(SseConnections.class).disconnect(first.clientId());
			connect(context, "alice", "").next("connected");
		}
	}

	/**
	 * No server notices by itself that the client of an idle stream has gone.
	 */
	@ParameterizedTest
	@CsvSource({ "TOMCAT,newest-wins", "TOMCAT,reject", "JETTY,newest-wins", "JETTY,reject" })
	void letsAPageInThatIsLoadedAgain(Server server, String policy) throws Exception {
		try (ConfigurableApplicationContext context = start(server,
				Map.of("sse.max-connections-per-user", "2", "sse.user-limit-policy", policy))) {
			SseRecorder otherTab = connect(context, "bob", "");
			otherTab.next("connected");
			for (int i = 0; i < 4; i++) {
				stalled(context).close();
			}
			SseRecorder page = connect(context, "bob", "");
			page.next("connected");
			context.getBean(SsePublisher.class).toUser("bob", SseEvent.of("live", 1));
			otherTab.next("live");
			page.next("live");
			assertThat(context.getBean(SseConnections.class).ofUser("bob")).hasSize(2);
		}
	}

	/**
	 * To the server a client whose network vanished looks like one that reads.
	 */
	@ParameterizedTest
	@EnumSource
	void letsAUserInWhoseOtherStreamsCannotBeToldFromLiveOnes(Server server) throws Exception {
		try (ConfigurableApplicationContext context = start(server, Map.of("sse.max-connections-per-user", "2"));
				Socket vanished = stalled(context);
				Socket alsoVanished = stalled(context)) {
			for (int i = 0; i < 3; i++) {
				connect(context, "bob", "").next("connected");
			}
			assertThat(context.getBean(SseConnections.class).ofUser("bob")).hasSize(2);
		}
	}

	@ParameterizedTest
	@EnumSource
	void endsTheOldestStreamOfAUserForGood(Server server) throws Exception {
		try (ConfigurableApplicationContext context = start(server, Map.of("sse.max-connections-per-user", "2"))) {
			SseRecorder first = connect(context, "alice", "");
			first.next("connected");
			SseRecorder second = connect(context, "alice", "");
			second.next("connected");
			SseRecorder third = connect(context, "alice", "");
			third.next("connected");
			SseRecorder.Event close = first.next("close");
			assertThat(close.data()).isEqualTo("{\"reason\":\"superseded\"}");
			assertThat(first.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
			// What a browser does by itself, and what would push out another one.
			assertThat(get(context, "/api/sse/connect?lastEventId=" + close.id(), "alice").statusCode()).isEqualTo(204);
			context.getBean(SsePublisher.class).toUser("alice", SseEvent.of("live", 1));
			second.next("live");
			third.next("live");
		}
	}

	@ParameterizedTest
	@EnumSource
	void endsAConnectionThatLastedLongEnough(Server server) {
		try (ConfigurableApplicationContext context = start(server, Map.of("sse.max-lifetime", "1s"))) {
			SseRecorder alice = connect(context, "alice", "");
			alice.next("connected");
			assertThat(alice.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
			assertThat(context.getBean(SseConnections.class).count()).isZero();
		}
	}

	@Test
	void raisesTheServersLimitAboveItsOwn() {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of("sse.max-connections", "20000"))) {
			assertThat(maxConnections(context)).isEqualTo(21024);
		}
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of("sse.max-connections", "100"))) {
			assertThat(maxConnections(context)).isEqualTo(8192);
		}
	}

	@Test
	void keepsTheServersLimitThatTheApplicationSetAndWarns(CapturedOutput output) {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT,
				Map.of("server.tomcat.max-connections", "5000"))) {
			assertThat(maxConnections(context)).isEqualTo(5000);
			assertThat(output).contains("server.tomcat.max-connections=5000 is not above sse.max-connections=10000");
		}
		try (ConfigurableApplicationContext context = start(Server.JETTY,
				Map.of("server.jetty.max-connections", "5000"))) {
			assertThat(output).contains("server.jetty.max-connections=5000 is not above sse.max-connections=10000");
		}
	}

	private static int maxConnections(ConfigurableApplicationContext context) {
		TomcatWebServer server = (TomcatWebServer) ((WebServerApplicationContext) context).getWebServer();
		return ((AbstractProtocol<?>) server.getTomcat().getConnector().getProtocolHandler()).getMaxConnections();
	}

	// Settings

	@Test
	void writesHeartbeatEvents() {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT,
				Map.of("sse.heartbeat.mode", "event", "sse.heartbeat.interval", "5s"))) {
			SseRecorder alice = connect(context, "alice", "");
			alice.next("connected");
			assertThat(alice.next("heartbeat").data()).contains("timestamp");
		}
	}

	@Test
	void servesItsEndpointsWhereTheApplicationWantsThem() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of("sse.path", "/events",
				"server.servlet.context-path", "/app", "spring.mvc.servlet.path", "/mvc"))) {
			SseRecorder alice = SseRecorder.open(uri(context, "/app/mvc/events/connect"), "Authorization",
					SseRecorder.basic("alice", "alice"));
			alice.next("connected");
			HttpResponse<String> anonymous = get(context, "/app/mvc/events/stats", null);
			assertThat(anonymous.statusCode()).isEqualTo(401);
			assertThat(anonymous.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			HttpResponse<String> forbidden = get(context, "/app/mvc/events/stats", "alice");
			assertThat(forbidden.statusCode()).isEqualTo(403);
			assertThat(forbidden.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		}
	}

	@Test
	void refusesTopicsThatAreSwitchedOff() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of("sse.topics.enabled", "false"))) {
			HttpResponse<String> connect = get(context, "/api/sse/connect?topics=news", "alice");
			assertThat(connect.statusCode()).isEqualTo(400);
			assertThat(connect.body()).contains("sse.topics.enabled=true");
			assertThat(post(context, "/api/sse/topics/news/send", "admin").body()).contains("sse.topics.enabled=true");
		}
	}

	@Test
	void stopsTheStartWhenAnotherServletOwnsThePath() {
		for (Server server : Server.values()) {
			assertThatThrownBy(() -> start(server, Map.of(), ServletConfiguration.class))
				.isInstanceOf(SseConfigurationException.class)
				.hasMessageContaining("the servlet 'other' owns /api/*");
		}
	}

	@Test
	void stopsTheStartWhenTheApplicationMovesTheEndpoints() {
		assertThatThrownBy(() -> start(Server.TOMCAT, Map.of(), PrefixConfiguration.class))
			.isInstanceOf(SseConfigurationException.class)
			.hasMessageContaining("/v1/api/sse/");
	}

	@Test
	void explainsThatAControllerOfTheApplicationHasThePath() {
		assertThatThrownBy(() -> start(Server.TOMCAT, Map.of(), ControllerConfiguration.class)).satisfies((failure) -> {
			var analysis = new AmbiguousMappingFailureAnalyzer().analyze(failure);
			assertThat(analysis).isNotNull();
			assertThat(analysis.getAction()).contains("sse.path");
		});
	}

	// Security

	@Test
	void opensConnectingToEverybodyWhenTheApplicationSaysSo() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT,
				Map.of("sse.security.connect", "permit-all"))) {
			SseRecorder anonymous = SseRecorder.open(uri(context, "/api/sse/connect"));
			assertThat(anonymous.next("connected").data()).contains("\"user_id\":null");
			assertThat(get(context, "/api/sse/stats", null).statusCode()).isEqualTo(401);
		}
	}

	@Test
	void keepsAdministrationOffWithoutSpringSecurity(CapturedOutput output) throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT,
				Map.of("spring.autoconfigure.exclude", NO_SECURITY))) {
			SseRecorder anonymous = SseRecorder.open(uri(context, "/api/sse/connect"));
			anonymous.next("connected");
			assertThat(get(context, "/api/sse/stats", null).statusCode()).isEqualTo(404);
			assertThat(post(context, "/api/sse/broadcast", null).statusCode()).isEqualTo(404);
			assertThat(post(context, "/api/sse/disconnect/" + anonymous.clientId(), null).statusCode()).isEqualTo(200);
			assertThat(output).contains("sse.security.expose-admin-without-authentication");
		}
	}

	@Test
	void exposesAdministrationWithoutSpringSecurityWhenTheApplicationSaysSo() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of("spring.autoconfigure.exclude",
				NO_SECURITY, "sse.security.expose-admin-without-authentication", "true"))) {
			assertThat(get(context, "/api/sse/stats", null).statusCode()).isEqualTo(200);
			assertThat(post(context, "/api/sse/broadcast", null).statusCode()).isEqualTo(200);
		}
	}

	@Test
	void worksBesideAChainOfTheApplication() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of(), OpenChainConfiguration.class)) {
			assertThat(get(context, "/rest", null).statusCode()).isEqualTo(200);
			assertThat(get(context, "/api/sse/stats", null).statusCode()).isEqualTo(401);
			assertThat(get(context, "/api/sse/stats", "alice").statusCode()).isEqualTo(403);
			assertThat(get(context, "/api/sse/stats", "admin").statusCode()).isEqualTo(200);
		}
	}

	@Test
	void leavesThePathToTheApplicationsOwnChain() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of(), OwnChainConfiguration.class)) {
			assertThat(get(context, "/api/sse/stats", "alice").statusCode()).isEqualTo(200);
			assertThat(get(context, "/api/sse/stats", null).statusCode()).isEqualTo(401);
		}
	}

	@Test
	void asksForTheTokenOfASession() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of())) {
			HttpClient browser = HttpClient.newBuilder()
				.version(HttpClient.Version.HTTP_1_1)
				.cookieHandler(new CookieManager())
				.build();
			String form = browser
				.send(HttpRequest.newBuilder(uri(context, "/login")).build(), HttpResponse.BodyHandlers.ofString())
				.body();
			String token = form.replaceAll("(?s).*name=\"_csrf\"[^>]*value=\"([^\"]+)\".*", "$1");
			browser.send(HttpRequest.newBuilder(uri(context, "/login"))
				.header("Content-Type", "application/x-www-form-urlencoded")
				.POST(HttpRequest.BodyPublishers.ofString(
						"username=admin&password=admin&_csrf=" + URLEncoder.encode(token, StandardCharsets.UTF_8)))
				.build(), HttpResponse.BodyHandlers.ofString());
			HttpResponse<String> read = browser.send(HttpRequest.newBuilder(uri(context, "/api/sse/stats")).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(read.statusCode()).isEqualTo(200);
			HttpResponse<String> forged = browser.send(HttpRequest.newBuilder(uri(context, "/api/sse/broadcast"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString("{\"data\":\"x\"}"))
				.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(forged.statusCode()).isEqualTo(403);
			assertThat(forged.body()).contains("CSRF");
			String sessionToken = browser
				.send(HttpRequest.newBuilder(uri(context, "/token")).build(), HttpResponse.BodyHandlers.ofString())
				.body();
			HttpResponse<String> honest = browser.send(HttpRequest.newBuilder(uri(context, "/api/sse/broadcast"))
				.header("Content-Type", "application/json")
				.header("X-CSRF-TOKEN", sessionToken)
				.POST(HttpRequest.BodyPublishers.ofString("{\"data\":\"x\"}"))
				.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(honest.statusCode()).as(honest.body()).isEqualTo(200);
		}
	}

	@Test
	void asksTheApplicationWhoMaySubscribe() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of(), AuthorizerConfiguration.class)) {
			assertThat(get(context, "/api/sse/connect?topics=secret", "alice").statusCode()).isEqualTo(403);
			SseRecorder bob = connect(context, "bob", "?topics=secret");
			bob.next("connected");
			SseRecorder alice = connect(context, "alice", "");
			alice.next("connected");
			HttpRequest subscribe = HttpRequest
				.newBuilder(uri(context, "/api/sse/connections/" + alice.clientId() + "/topics/secret"))
				.header("Authorization", SseRecorder.basic("alice", "alice"))
				.PUT(HttpRequest.BodyPublishers.noBody())
				.build();
			assertThat(this.client.send(subscribe, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(403);
		}
	}

	@Test
	void letsTheApplicationAddItsWayToAuthenticate() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT, Map.of(), CustomizerConfiguration.class)) {
			HttpResponse<String> response = get(context, "/api/sse/connect", null);
			assertThat(response.headers().firstValue("X-Customized")).hasValue("yes");
		}
	}

	@Test
	void answersPagesOfAllowedOriginsAlone() throws Exception {
		try (ConfigurableApplicationContext context = start(Server.TOMCAT,
				Map.of("sse.cors.allowed-origins", "https://app.example.com"))) {
			assertThat(preflight(context, "https://app.example.com")).startsWith("HTTP/1.1 200")
				.contains("Access-Control-Allow-Origin: https://app.example.com");
			assertThat(preflight(context, "https://evil.example.com")).startsWith("HTTP/1.1 403");
		}
	}

	/** The client of the JDK does not let anybody set these headers. */
	private String preflight(ConfigurableApplicationContext context, String origin) throws Exception {
		URI uri = uri(context, "/api/sse/connect");
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			socket.getOutputStream()
				.write(("OPTIONS /api/sse/connect HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
						+ "\r\nAccess-Control-Request-Method: GET\r\nConnection: close\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	// What the tests speak with

	private SseRecorder connect(ConfigurableApplicationContext context, String user, String query) {
		return SseRecorder.open(uri(context, "/api/sse/connect" + query), "Authorization",
				SseRecorder.basic(user, user));
	}

	private HttpResponse<String> get(ConfigurableApplicationContext context, String path, String user)
			throws Exception {
		return send(HttpRequest.newBuilder(uri(context, path)), user);
	}

	private HttpResponse<String> post(ConfigurableApplicationContext context, String path, String user)
			throws Exception {
		return send(HttpRequest.newBuilder(uri(context, path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"data\":\"x\"}")), user);
	}

	private HttpResponse<String> send(HttpRequest.Builder request, String user) throws Exception {
		if (user != null) {
			request.header("Authorization", SseRecorder.basic(user, user));
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static URI uri(ConfigurableApplicationContext context, String path) {
		return URI.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + path);
	}

	private static ConfigurableApplicationContext start(Server server, Map<String, String> properties,
			Class<?>... configurations) {
		List<Class<?>> sources = new ArrayList<>(List.of(configurations));
		sources.add(StreamTestApplication.class);
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		String excluded = properties.get("spring.autoconfigure.exclude");
		all.put("spring.autoconfigure.exclude", server.excluded + ((excluded != null) ? "," + excluded : ""));
		SpringApplication application = new SpringApplication(sources.toArray(Class<?>[]::new));
		application.setDefaultProperties(all);
		return application.run();
	}

	enum Server {

		TOMCAT("org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration"),

		JETTY("org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration");

		final String excluded;

		Server(String excluded) {
			this.excluded = excluded;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PaddingConfiguration {

		@Bean
		FilterRegistrationBean<Filter> paddingFilter() {
			return filter((request, response, chain) -> {
				response.getOutputStream().write(": padding\n\n".getBytes(StandardCharsets.US_ASCII));
				chain.doFilter(request, response);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EtagConfiguration {

		@Bean
		FilterRegistrationBean<Filter> etagFilter() {
			return filter(new ShallowEtagHeaderFilter());
		}

	}

	private static FilterRegistrationBean<Filter> filter(Filter filter) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
		registration.addUrlPatterns("/api/sse/connect");
		registration.setAsyncSupported(true);
		return registration;
	}

	@Configuration(proxyBeanMethods = false)
	static class OrderConfiguration {

		final List<String> calls = new CopyOnWriteArrayList<>();

		@EventListener
		void readiness(AvailabilityChangeEvent<ReadinessState> event) {
			this.calls.add(event.getState().name());
		}

		@Bean
		SseConnectionListener orderListener() {
			return new SseConnectionListener() {

				@Override
				public void onDisconnected(SseConnection connection, CloseReason reason) {
					OrderConfiguration.this.calls.add("disconnected");
				}

			};
		}

	}

	@RestController
	static class SlowConfiguration {

		final CountDownLatch begun = new CountDownLatch(1);

		final CountDownLatch gate = new CountDownLatch(1);

		@GetMapping("/slow")
		String slow() throws InterruptedException {
			this.begun.countDown();
			return String.valueOf(this.gate.await(25, TimeUnit.SECONDS));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HoldingConfiguration {

		final CountDownLatch held = new CountDownLatch(1);

		final CountDownLatch gate = new CountDownLatch(1);

		@Bean
		HubObserver holdingObserver() {
			return new HubObserver() {

				@Override
				public void onDelivered(long nanos) {
					HoldingConfiguration.this.held.countDown();
					try {
						HoldingConfiguration.this.gate.await(15, TimeUnit.SECONDS);
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServletConfiguration {

		@Bean
		ServletRegistrationBean<HttpServlet> other() {
			ServletRegistrationBean<HttpServlet> registration = new ServletRegistrationBean<>(new HttpServlet() {
			}, "/api/*");
			registration.setName("other");
			return registration;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PrefixConfiguration implements WebMvcConfigurer {

		@Override
		public void configurePathMatch(PathMatchConfigurer configurer) {
			configurer.addPathPrefix("/v1", (type) -> type.isAnnotationPresent(RestController.class));
		}

	}

	@RestController
	static class ControllerConfiguration {

		@GetMapping(path = "/api/sse/connect", produces = "text/event-stream")
		String connect() {
			return "mine";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OpenChainConfiguration {

		@Bean
		SecurityFilterChain applicationChain(HttpSecurity http) {
			http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
			return http.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnChainConfiguration {

		@Bean
		@Order(-200)
		SecurityFilterChain sseSecurityFilterChain(HttpSecurity http) {
			http.securityMatcher("/api/sse/**", "/error");
			http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated());
			http.httpBasic(Customizer.withDefaults());
			return http.build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AuthorizerConfiguration {

		@Bean
		SubscribeAuthorizer authorizer() {
			return (principal, topic) -> !topic.equals(new Topic("secret")) || principal.getName().equals("bob");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerConfiguration {

		@Bean
		SseHttpSecurityCustomizer customizer() {
			return (http) -> http.headers((headers) -> headers
				.addHeaderWriter((request, response) -> response.setHeader("X-Customized", "yes")));
		}

	}

}
