package io.github.ssehub.web;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePresence;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client sees over HTTP, on every supported server.
 */
@SpringBootTest(classes = StreamTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
		properties = { "sse.heartbeat.interval=5s", "sse.client-timeout=10s", "sse.log.history=100",
				"sse.max-event-size=16KB", "sse.buffer.events=2000", "sse.topics.max-per-connection=8",
				"management.endpoints.web.exposure.include=*", "management.endpoint.health.show-details=always",
				"server.tomcat.max-connections=9000", "spring.lifecycle.timeout-per-shutdown-phase=2s" })
@AutoConfigureMetrics
abstract class HttpStreamTests {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final List<SseRecorder> streams = new ArrayList<>();

	private final JsonMapper json = JsonMapper.shared();

	@LocalServerPort
	private int port;

	@Autowired
	private SsePublisher publisher;

	@Autowired
	private SseConnections connections;

	@Autowired
	private SsePresence presence;

	@Autowired
	private StreamTestApplication.RecordingListener listener;

	@Autowired
	private StreamTestApplication.DispatchRecorder dispatches;

	@Autowired
	private StreamTestApplication.ApplicationController controller;

	@Autowired
	private StreamTestApplication.AsyncCounter requests;

	@Autowired
	private MeterRegistry meters;

	private int requestsBefore;

	private boolean containerMayForgetRequests;

	@BeforeEach
	void forgetCalls() {
		this.requestsBefore = this.requests.open.get();
		this.listener.calls.clear();
		this.dispatches.dispatches.clear();
	}

	@AfterEach
	void leavesNoConnectionBehind() {
		this.streams.forEach(SseRecorder::close);
		this.connections.list().forEach((connection) -> this.connections.disconnect(connection.getId()));
		assertThat(this.connections.count()).isZero();
		assertThat(this.connections.users()).isEmpty();
		assertThat(this.connections.topics()).isEmpty();
		if (!this.containerMayForgetRequests) {
			Awaitility.await("all requests ended")
				.atMost(PATIENCE)
				.until(() -> this.requests.open.get() <= this.requestsBefore);
		}
	}

	// Connecting

	@Test
	void sendsHeadersPreambleAndConnectedEventAtOnce() throws Exception {
		SseRecorder alice = connect("alice", "?topics=news,sports&events=a");
		assertThat(alice.status()).isEqualTo(200);
		assertThat(alice.header("Content-Type")).startsWith("text/event-stream");
		assertThat(alice.header("Cache-Control")).isEqualTo("no-cache, no-transform");
		assertThat(alice.header("X-Accel-Buffering")).isEqualTo("no");
		assertThat(alice.clientId()).isNotEmpty();
		SseRecorder.Event connected = alice.next("connected");
		assertThat(alice.retry()).isEqualTo("3000");
		assertThat(connected.id()).matches("[0-9A-Za-z._~=-]{1,128}");
		JsonNode data = this.json.readTree(connected.data());
		assertThat(data.get("client_id").stringValue()).isEqualTo(alice.clientId());
		assertThat(data.get("timestamp").longValue()).isCloseTo(System.currentTimeMillis() / 1000,
				org.assertj.core.data.Offset.offset(5L));
		assertThat(data.get("user_id").stringValue()).isEqualTo("alice");
		assertThat(data.get("topics").values()).extracting(JsonNode::stringValue).containsExactly("news", "sports");
	}

	@Test
	void keepsTheHeadersThatAreAddedWhenTheResponseIsCommitted() {
		assertThat(connected("alice", "").header("X-Content-Type-Options")).isEqualTo("nosniff");
	}

	@Test
	void takesTheUserFromThePrincipalAndNotFromTheRequest() {
		SseRecorder bob = connected("bob", "?user_id=alice&user=alice");
		assertThat(this.presence.isOnline("bob")).isTrue();
		assertThat(this.presence.isOnline("alice")).isFalse();
		assertThat(this.presence.onlineUsers()).containsExactly("bob");
		assertThat(this.connections.find(bob.clientId())).get()
			.satisfies((connection) -> assertThat(connection.getUser()).isEqualTo("bob"))
			.satisfies((connection) -> assertThat(connection.getRemoteAddress()).isEqualTo("127.0.0.1"));
	}

	@Test
	void answersHeadWithoutOpeningAStream() throws Exception {
		HttpResponse<String> response = request("HEAD", "/connect", "alice", null);
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).get().asString().startsWith("text/event-stream");
		assertThat(this.connections.count()).isZero();
	}

	/**
	 * Whatever a request is answered with, the controller that made a connection for it
	 * learns that there is nothing to produce for.
	 */
	@Test
	void runsTheCallbacksOfConnectionsThatNeverOpen() throws Exception {
		this.controller.cleaned.clear();
		String path = "http://localhost:" + this.port + "/cleaned";
		HttpRequest head = HttpRequest.newBuilder(URI.create(path))
			.method("HEAD", HttpRequest.BodyPublishers.noBody())
			.header("Authorization", SseRecorder.basic("alice", "alice"))
			.build();
		assertThat(this.client.send(head, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		assertThat(this.controller.cleaned.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
		HttpRequest over = HttpRequest.newBuilder(URI.create(path + "?lastEventId=a.1.final"))
			.header("Authorization", SseRecorder.basic("alice", "alice"))
			.build();
		assertThat(this.client.send(over, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(204);
		assertThat(this.controller.cleaned.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
		assertThat(this.controller.cleaned).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "'?topics=a,,b',topic", "'?topics=%0Aevil',control character", "'?events=x%0Dy',control character",
			"'?events=connected',connected", "'?topic=a',write 'topics'", "'?topics%5B%5D=a',write 'topics'",
			"'?last-event-id=a.1',write 'lastEventId'", "'?topics=1,2,3,4,5,6,7,8,9',sse.topics.max-per-connection" })
	void refusesAConnectionWithBadParametersBeforeTheStream(String query, String expected) throws Exception {
		assertProblem(request("GET", "/connect" + query, "alice", null), 400, expected);
		assertThat(this.connections.count()).isZero();
	}

	@Test
	void refusesAConnectionThatAcceptsNoStream() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri("/connect"))
			.header("Authorization", SseRecorder.basic("alice", "alice"))
			.header("Accept", "application/json")
			.build();
		assertProblem(this.client.send(request, HttpResponse.BodyHandlers.ofString()), 406, "");
	}

	// Delivering

	@Test
	void deliversToExactlyThoseAnEventIsForInOrder() throws Exception {
		SseRecorder alice = connected("alice", "?topics=news");
		SseRecorder second = connected("alice", "");
		SseRecorder bob = connected("bob", "?topics=sports");
		assertAnswer(post("/broadcast", "{\"event\":\"all\",\"data\":\"1\"}"), "broadcast sent", 3);
		assertAnswer(post("/users/alice/send", "{\"event\":\"user\",\"data\":\"2\"}"), "message sent", 2);
		assertAnswer(post("/topics/news/send", "{\"event\":\"topic\",\"data\":\"3\"}"), "message sent", 1);
		assertAnswer(post("/send/" + bob.clientId(), "{\"event\":\"direct\",\"data\":\"4\"}"), "message sent", 1);
		assertThat(this.publisher.toTopics(List.of("news", "sports"), SseEvent.of("both", 5)).recipients())
			.isEqualTo(2);
		this.publisher.broadcast(SseEvent.of("end", "end"));
		assertThat(names(alice, 5)).containsExactly("all", "user", "topic", "both", "end");
		assertThat(names(second, 3)).containsExactly("all", "user", "end");
		assertThat(names(bob, 4)).containsExactly("all", "direct", "both", "end");
		alice.assertExhausted();
		second.assertExhausted();
		bob.assertExhausted();
	}

	@Test
	void deliversOnceToAConnectionThatSubscribedToSeveralOfTheTopics() {
		SseRecorder alice = connected("alice", "?topics=a,b,c");
		this.publisher.toTopics(List.of("a", "b", "c"), SseEvent.of("once", "x"));
		this.publisher.broadcast(SseEvent.of("end", "end"));
		assertThat(names(alice, 2)).containsExactly("once", "end");
		alice.assertExhausted();
	}

	@Test
	void filtersByEventName() {
		SseRecorder alice = connected("alice", "?events=wanted,message");
		this.publisher.broadcast(SseEvent.of("unwanted", "1"));
		this.publisher.broadcast(SseEvent.of("wanted", "2"));
		this.publisher.broadcast(SseEvent.of("nameless"));
		assertThat(alice.next("wanted").data()).isEqualTo("2");
		assertThat(alice.next("message").data()).isEqualTo("nameless");
		alice.assertExhausted();
	}

	@Test
	void sendsTextAsItIsAndAnythingElseAsJson() throws Exception {
		SseRecorder alice = connected("alice", "");
		post("/broadcast", "{\"data\":\"{\\\"quoted\\\":1}\"}");
		post("/broadcast", "{\"data\":{\"a\":[1,2.50,null,true],\"ä\":\"✓\"}}");
		post("/broadcast", "{\"data\":\"line 1\\nline 2\\r\\nline 3\\rline 4\"}");
		this.publisher.broadcast(SseEvent.of("record", Map.of("x", 1)));
		this.publisher.broadcast(SseEvent.of("list", List.of("a\nb")));
		assertThat(alice.next("message").data()).isEqualTo("{\"quoted\":1}");
		assertThat(alice.next("message").data()).isEqualTo("{\"a\":[1,2.50,null,true],\"ä\":\"✓\"}");
		assertThat(alice.next("message").data()).isEqualTo("line 1\nline 2\nline 3\nline 4");
		assertThat(alice.next("record").data()).isEqualTo("{\"x\":1}");
		assertThat(alice.next("list").data()).isEqualTo("[\"a\\nb\"]");
	}

	@Test
	void deliversAnEventWithTheSameIdOnce() throws Exception {
		SseRecorder alice = connected("alice", "");
		JsonNode first = this.json.readTree(post("/broadcast", "{\"data\":\"x\",\"id\":\"order-1\"}").body());
		JsonNode second = this.json.readTree(post("/broadcast", "{\"data\":\"x\",\"id\":\"order-1\"}").body());
		assertThat(first.get("duplicate").booleanValue()).isFalse();
		assertThat(second.get("duplicate").booleanValue()).isTrue();
		assertThat(second.get("position")).isEqualTo(first.get("position"));
		this.publisher.broadcast(SseEvent.of("end", "end"));
		assertThat(names(alice, 2)).containsExactly("message", "end");
	}

	@Test
	void deliversAThousandEventsToManyConnectionsEachOnceAndInOrder() throws Exception {
		JsonNode before = stats();
		List<SseRecorder> recorders = IntStream.range(0, 50).mapToObj((i) -> connected("alice", "?topics=t")).toList();
		for (int i = 0; i < 1000; i++) {
			this.publisher.toTopic("t", SseEvent.of("n", i));
		}
		assertThat(this.listener.calls).noneMatch((call) -> call.startsWith("disconnected"));
		for (SseRecorder recorder : recorders) {
			for (int i = 0; i < 1000; i++) {
				assertThat(recorder.next("n").data()).isEqualTo(String.valueOf(i));
			}
			recorder.assertExhausted();
		}
		assertThat(this.listener.calls).noneMatch((call) -> call.startsWith("disconnected"));
		JsonNode after = stats();
		assertThat(difference(before, after, "total_messages")).isEqualTo(50_000);
		assertThat(difference(before, after, "total_connections")).isEqualTo(50);
		assertThat(after.get("published").get("topic").longValue() - before.get("published").get("topic").longValue())
			.isEqualTo(1000);
	}

	// Subscribing

	@Test
	void changesTheTopicsOfALiveConnection() throws Exception {
		SseRecorder alice = connected("alice", "?topics=a");
		HttpResponse<String> subscribed = request("PUT", "/connections/" + alice.clientId() + "/topics/b", "alice",
				null);
		assertThat(subscribed.statusCode()).isEqualTo(200);
		assertThat(this.json.readTree(subscribed.body()).get("topics").values()).hasSize(2);
		this.publisher.toTopic("b", SseEvent.of("b", "1"));
		assertThat(request("DELETE", "/connections/" + alice.clientId() + "/topics/a", "admin", null).statusCode())
			.isEqualTo(200);
		this.publisher.toTopic("a", SseEvent.of("a", "2"));
		this.publisher.toTopic("b", SseEvent.of("b", "3"));
		assertThat(alice.next("b").data()).isEqualTo("1");
		assertThat(alice.next("b").data()).isEqualTo("3");
		alice.assertExhausted();
	}

	@Test
	void letsNobodyElseTouchAConnection() throws Exception {
		SseRecorder alice = connected("alice", "");
		assertProblem(request("PUT", "/connections/" + alice.clientId() + "/topics/x", "bob", null), 403, "not yours");
		assertProblem(request("DELETE", "/connections/" + alice.clientId() + "/topics/x", "bob", null), 403,
				"not yours");
		assertProblem(request("POST", "/disconnect/" + alice.clientId(), "bob", null), 403, "not yours");
		assertThat(this.connections.find(alice.clientId())).isPresent();
	}

	// Replay

	@Test
	void replaysExactlyWhatWasMissed() {
		SseRecorder alice = connected("alice", "?topics=news");
		this.publisher.toTopic("news", SseEvent.of("n", 0));
		String position = alice.next("n").id();
		alice.close();
		for (int i = 1; i <= 60; i++) {
			this.publisher.toTopic("news", SseEvent.of("n", i));
			this.publisher.toTopic("other", SseEvent.of("n", "not hers"));
			if (i % 10 == 0) {
				this.publisher.toUser("bob", SseEvent.of("n", "bob's"));
			}
		}
		SseRecorder evicted = SseRecorder.open(uri("/connect?topics=news"), "Authorization",
				SseRecorder.basic("alice", "alice"), "Last-Event-ID", position);
		this.streams.add(evicted);
		evicted.next("connected");
		SseRecorder.Event reset = evicted.next("reset");
		assertThat(reset.data()).contains("\"evicted\"");
		SseRecorder resumed = resumed("alice", "?topics=news", at(reset.id(), -40));
		this.publisher.toTopic("news", SseEvent.of("n", "live"));
		List<String> expected = new ArrayList<>();
		for (int i = 42; i <= 60; i++) {
			expected.add(String.valueOf(i));
		}
		expected.add("live");
		assertThat(data(resumed, expected.size())).isEqualTo(expected);
		resumed.assertExhausted();
		assertThat(evicted.next("n").data()).isEqualTo("live");
		evicted.assertExhausted();
	}

	@Test
	void resumesFromTheConnectedEventWithoutLoss() {
		SseRecorder first = connect("alice", "");
		String position = first.next("connected").id();
		first.close();
		this.publisher.broadcast(SseEvent.of("missed", "1"));
		this.publisher.broadcast(SseEvent.named("live-only").data("2").ephemeral().build());
		SseRecorder second = SseRecorder.open(uri("/connect?lastEventId=" + position), "Authorization",
				SseRecorder.basic("alice", "alice"));
		this.streams.add(second);
		assertThat(second.next("connected").id()).isEqualTo(position);
		assertThat(second.next("missed").data()).isEqualTo("1");
		second.assertExhausted();
	}

	@Test
	void prefersTheHeaderToTheParameter() {
		SseRecorder first = connect("alice", "");
		String old = first.next("connected").id();
		this.publisher.broadcast(SseEvent.of("seen", "1"));
		String newer = first.next("seen").id();
		this.publisher.broadcast(SseEvent.of("missed", "2"));
		SseRecorder second = resumed("alice", "?lastEventId=" + old, newer);
		assertThat(second.next("missed").data()).isEqualTo("2");
	}

	/**
	 * A polyfill adds the parameter to those that are there.
	 */
	@Test
	void resumesFromTheNewestOfSeveralPositions() {
		SseRecorder first = connect("alice", "");
		String old = first.next("connected").id();
		this.publisher.broadcast(SseEvent.of("seen", "1"));
		String newer = first.next("seen").id();
		this.publisher.broadcast(SseEvent.of("missed", "2"));
		first.next("missed");
		SseRecorder withoutHeader = connected("alice", "?lastEventId=%s&lastEventId=%s".formatted(old, newer));
		SseRecorder emptyHeader = resumed("alice", "?lastEventId=" + newer, "");
		SseRecorder meaninglessHeader = resumed("alice", "?lastEventId=" + newer, "undefined");
		for (SseRecorder second : List.of(withoutHeader, emptyHeader, meaninglessHeader)) {
			assertThat(second.next("missed").data()).isEqualTo("2");
			second.assertExhausted();
		}
		assertThat(resumedRaw("alice", "?lastEventId=" + newer, old + ".final").status()).isEqualTo(204);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rubbish", "a.b", "..", "-1", "x.99999999999999999999", "'; DROP TABLE events", "%00",
			"0123456789012345678901234567890123456789012345678901234567890123456789.1" })
	void answersAMeaninglessPositionWithOneReset(String id) {
		SseRecorder alice = resumed("alice", "", id);
		assertThat(alice.next("reset").data()).contains("\"unknown\"");
		this.publisher.broadcast(SseEvent.of("live", "1"));
		alice.next("live");
		alice.assertExhausted();
	}

	@Test
	void answersAPositionOfAnotherLifeOfTheLogWithAReset() {
		SseRecorder alice = resumed("alice", "", "anotherepoch.5");
		SseRecorder.Event reset = alice.next("reset");
		assertThat(reset.data()).contains("\"epoch\"");
		assertThat(resumed("alice", "", reset.id()).status()).isEqualTo(200);
	}

	@Test
	void answersAPositionAheadOfTheLogWithAReset() {
		SseRecorder alice = connect("alice", "");
		String head = alice.next("connected").id();
		SseRecorder ahead = resumed("alice", "", at(head, 1000));
		assertThat(ahead.next("reset").data()).contains("\"unknown\"");
	}

	// Ending

	@Test
	void disconnectsForGood() throws Exception {
		SseRecorder alice = connected("alice", "");
		assertThat(request("POST", "/disconnect/" + alice.clientId(), "alice", null).body())
			.isEqualTo("{\"message\":\"disconnected\"}");
		SseRecorder.Event close = alice.next("close");
		assertThat(close.data()).contains("disconnected");
		assertThat(alice.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
		assertProblem(request("POST", "/disconnect/" + alice.clientId(), "alice", null), 404, alice.clientId());
		SseRecorder reconnect = resumedRaw("alice", "", close.id());
		assertThat(reconnect.status()).isEqualTo(204);
		assertThat(this.connections.count()).isZero();
		assertThat(this.listener.calls.take()).isEqualTo("connected " + alice.clientId());
		assertThat(this.listener.calls.take()).isEqualTo("disconnected " + alice.clientId() + " disconnected");
	}

	@Test
	void noticesAClientThatClosedItsSocketWithinOneHeartbeat() throws Exception {
		try (Socket socket = rawConnect()) {
			assertThat(this.connections.count()).isOne();
		}
		Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> this.connections.count() == 0);
		assertThat(disconnects()).contains("client-gone");
	}

	@Test
	void noticesAClientThatResetItsSocketWithTheNextEvents() throws Exception {
		Socket socket = rawConnect();
		socket.setSoLinger(true, 0);
		socket.close();
		Awaitility.await().atMost(PATIENCE).until(() -> {
			this.publisher.broadcast(SseEvent.of("probe"));
			return this.connections.count() == 0;
		});
		assertThat(disconnects()).contains("client-gone");
	}

	@Test
	void dispatchesNoStreamASecondTimeHoweverItEnds() throws Exception {
		SseRecorder ended = SseRecorder.open(root("/done"), "Authorization", SseRecorder.basic("alice", "alice"));
		ended.awaitEnd();
		SseRecorder lost = SseRecorder.open(root("/chat/lobby"), "Authorization", SseRecorder.basic("alice", "alice"));
		lost.next("connected");
		lost.close();
		Socket reset = rawConnect();
		reset.setSoLinger(true, 0);
		reset.close();
		Awaitility.await().atMost(PATIENCE).until(() -> {
			this.publisher.broadcast(SseEvent.of("probe"));
			return this.connections.count() == 0;
		});
		SseRecorder plain = SseRecorder.open(root("/plain"), "Authorization", SseRecorder.basic("alice", "alice"));
		plain.awaitEnd();
		assertThat(this.dispatches.dispatches.take()).isEqualTo("ASYNC /plain");
		assertThat(this.dispatches.dispatches).isEmpty();
	}

	/**
	 * The container reports a lost client on a thread of its own, ends the request and
	 * gives its objects to the next one, while the delivery loop may still be in the
	 * write that found out. What that write then notes must not hit the next client.
	 *
	 * Whether every request is ended is not checked here: Tomcat 11.0.24 may forget one
	 * whose connection fails in the instant between two of its own looks at it.
	 */
	@Test
	void aLostClientHarmsNoneThatCameAfterIt() throws Exception {
		this.containerMayForgetRequests = true;
		AtomicBoolean publishing = new AtomicBoolean(true);
		Thread publishers = new Thread(() -> {
			while (publishing.get()) {
				this.publisher.toUser("bob", SseEvent.of("probe"));
			}
		});
		publishers.start();
		try {
			for (int i = 0; i < 300; i++) {
				Socket lost = rawConnect();
				lost.setSoLinger(true, 0);
				lost.close();
				SseRecorder alice = connected("alice", "");
				this.publisher.toUser("alice", SseEvent.of("first", i));
				alice.next("first");
				this.publisher.toUser("alice", SseEvent.of("second", i));
				alice.next("second");
				assertThat(this.connections.disconnect(alice.clientId())).isTrue();
				alice.next("close");
			}
		}
		finally {
			publishing.set(false);
			publishers.join();
		}
		Awaitility.await().atMost(PATIENCE).until(() -> {
			this.publisher.broadcast(SseEvent.of("probe"));
			return this.connections.count() == 0;
		});
	}

	private String disconnects() throws InterruptedException {
		String call = this.listener.calls.take();
		while (!call.startsWith("disconnected")) {
			call = this.listener.calls.take();
		}
		return call;
	}

	@Test
	void keepsAnIdleConnectionAliveBeyondTheServersIdleTime() {
		SseRecorder alice = connected("alice", "");
		assertThat(alice.nextComment()).isEqualTo("heartbeat");
		this.publisher.broadcast(SseEvent.of("still", "there"));
		alice.next("still");
	}

	// A slow consumer

	@Test
	void endsAClientThatReadsNothingAndDelaysNobodyElse() throws Exception {
		try (Socket stalled = rawConnect()) {
			SseRecorder alice = connected("alice", "");
			String data = "x".repeat(8000);
			for (int i = 0; i < 2000 && this.connections.count() == 2; i++) {
				this.publisher.broadcast(SseEvent.of("big", data));
				alice.next("big");
			}
			assertThat(this.connections.count()).isOne();
			assertThat(this.connections.find(alice.clientId())).isPresent();
			assertThat(disconnects()).endsWith("slow-consumer");
		}
	}

	// Controllers of the application

	@Test
	void letsAControllerReturnAConnection() {
		SseRecorder alice = SseRecorder.open(root("/chat/lobby"), "Authorization", SseRecorder.basic("alice", "alice"));
		this.streams.add(alice);
		alice.next("connected");
		assertThat(alice.next("welcome").data()).isEqualTo("[\"early\",\"lobby\"]");
		this.publisher.toTopic("chat-room-lobby", SseEvent.of("m", "hello"));
		assertThat(alice.next("m").data()).isEqualTo("hello");
		assertThat(this.connections.ofTopic("chat-room-lobby")).singleElement()
			.satisfies((connection) -> assertThat(connection.getMetadata()).containsEntry("room", "lobby"))
			.satisfies((connection) -> assertThat(connection.getUser()).isEqualTo("alice"));
	}

	@Test
	void letsAControllerReturnAConnectionInAResponseEntity() {
		SseRecorder alice = SseRecorder.open(root("/chat-entity/lobby"), "Authorization",
				SseRecorder.basic("alice", "alice"));
		this.streams.add(alice);
		assertThat(alice.status()).isEqualTo(202);
		assertThat(alice.header("X-Room")).isEqualTo("lobby");
		alice.next("connected");
	}

	@Test
	void endsAConnectionThatItsControllerCompleted() {
		SseRecorder alice = SseRecorder.open(root("/done"), "Authorization", SseRecorder.basic("alice", "alice"));
		alice.next("connected");
		assertThat(alice.next("message").data()).isEqualTo("only");
		assertThat(alice.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
	}

	/**
	 * The producer is faster than its controller and much faster than its client, which
	 * reads nothing until the operating system's buffers and the starter's are full.
	 */
	@Test
	void makesAProducerAsSlowAsItsClient() throws Exception {
		int tokens = 100_000;
		HttpResponse<InputStream> response = this.client.send(HttpRequest.newBuilder(root("/tokens/" + tokens))
			.header("Authorization", SseRecorder.basic("alice", "alice"))
			.build(), HttpResponse.BodyHandlers.ofInputStream());
		String id = response.headers().firstValue("X-Client-ID").orElseThrow();
		Awaitility.await("a producer that waits")
			.atMost(PATIENCE)
			.until(() -> this.connections.find(id)
				.filter((connection) -> connection.getQueuedBytes() > 500_000)
				.isPresent());
		int next = 0;
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.startsWith("data:0")) {
					assertThat(Integer.parseInt(line.substring(5, 12))).isEqualTo(next++);
				}
			}
		}
		assertThat(next).isEqualTo(tokens);
	}

	@Test
	void leavesAPlainEmitterAlone() {
		SseRecorder alice = SseRecorder.open(root("/plain"), "Authorization", SseRecorder.basic("alice", "alice"));
		assertThat(alice.clientId()).isEmpty();
		assertThat(alice.next("plain").data()).isEqualTo("untouched");
		assertThat(alice.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
	}

	// Errors

	@ParameterizedTest
	@MethodSource
	void answersABadBodyWithAProblem(String body, String expected) throws Exception {
		assertProblem(post("/broadcast", body), 400, expected);
	}

	static Stream<Arguments> answersABadBodyWithAProblem() {
		return Stream.of(Arguments.of("", "body is empty"), Arguments.of("{", "not valid JSON"),
				Arguments.of("[]", "JSON object"), Arguments.of("null", "JSON object"),
				Arguments.of("{\"event\":1,\"data\":\"x\"}", "'event' must be a string"),
				Arguments.of("{\"event\":\"a\\nb\",\"data\":\"x\"}", "control character"),
				Arguments.of("{\"event\":\"connected\",\"data\":\"x\"}", "connected"),
				Arguments.of("{\"event\":\"a\"}", "'data' is missing"),
				Arguments.of("{\"data\":\"x\",\"retry\":\"soon\"}", "milliseconds"),
				Arguments.of("{\"data\":\"x\",\"retry\":-1}", "retry"),
				Arguments.of("{\"data\":\"x\",\"dada\":1}", "dada"),
				Arguments.of("{\"data\":\"x\"} trailing", "not valid JSON"),
				Arguments.of("{\"data\":\"x\",\"data\":\"y\"}", "not valid JSON"),
				Arguments.of("{\"data\":\"x\",\"ephemeral\":\"yes\"}", "true or false"),
				Arguments.of("{\"data\":\"x\",\"id\":{}}", "'id' must be a string"));
	}

	@Test
	void answersATooLargeBodyWithAProblem() throws Exception {
		String large = "{\"data\":\"" + "x".repeat(17_000) + "\"}";
		assertProblem(post("/broadcast", large), 413, "sse.max-event-size");
		HttpRequest chunked = HttpRequest.newBuilder(uri("/broadcast"))
			.header("Authorization", SseRecorder.basic("admin", "admin"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers
				.ofInputStream(() -> new java.io.ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8))))
			.build();
		assertProblem(this.client.send(chunked, HttpResponse.BodyHandlers.ofString()), 413, "sse.max-event-size");
	}

	@Test
	void answersAnotherContentTypeWithAProblem() throws Exception {
		HttpRequest form = HttpRequest.newBuilder(uri("/broadcast"))
			.header("Authorization", SseRecorder.basic("admin", "admin"))
			.header("Content-Type", "application/x-www-form-urlencoded")
			.POST(HttpRequest.BodyPublishers.ofString("data=x"))
			.build();
		assertProblem(this.client.send(form, HttpResponse.BodyHandlers.ofString()), 415, "");
	}

	@ParameterizedTest
	@CsvSource({ "GET,/broadcast,405", "DELETE,/connect,405", "GET,/nothing,404", "POST,/send/nobody,404",
			"POST,/send/,404", "POST,/disconnect/nobody,404", "PUT,/connections/nobody/topics/x,404",
			"GET,/connections?page=-1,400", "GET,/connections?size=0,400", "GET,/connections?page=x,400",
			"POST,/topics/a%2Cb/send,400", "POST,/users/%20%20/send,200", "POST,/topics/%20/send,400",
			"POST,/send/a;b,400" })
	void answersABadRequestWithAProblem(String method, String path, int status) throws Exception {
		HttpResponse<String> response = request(method, path, "admin", "{\"data\":\"x\"}");
		if (status == 200) {
			assertThat(response.statusCode()).isEqualTo(200);
		}
		else {
			assertProblem(response, status, "");
		}
	}

	// Security

	@ParameterizedTest
	@CsvSource({ "GET,/connect", "POST,/broadcast", "GET,/stats", "POST,/disconnect/x", "GET,/nothing" })
	void asksForAuthentication(String method, String path) throws Exception {
		HttpResponse<String> response = request(method, path, null, "{\"data\":\"x\"}");
		assertProblem(response, 401, "Authentication is required");
		HttpResponse<String> wrong = this.client.send(HttpRequest.newBuilder(uri(path))
			.header("Authorization", SseRecorder.basic("alice", "wrong"))
			.header("Content-Type", "application/json")
			.method(method, HttpRequest.BodyPublishers.ofString("{\"data\":\"x\"}"))
			.build(), HttpResponse.BodyHandlers.ofString());
		assertProblem(wrong, 401, "credentials");
		assertThat(wrong.headers().firstValue("WWW-Authenticate")).get().asString().startsWith("Basic");
	}

	@ParameterizedTest
	@CsvSource({ "POST,/broadcast", "POST,/send/x", "POST,/users/alice/send", "POST,/topics/news/send", "GET,/stats",
			"GET,/connections", "GET,/users", "GET,/topics", "GET,/nothing" })
	void letsOnlyAdministratorsAdminister(String method, String path) throws Exception {
		assertProblem(request(method, path, "alice", "{\"data\":\"x\"}"), 403, "This needs the role 'ADMIN'");
	}

	@Test
	void leavesTheRestOfTheApplicationProtectedByDefault() throws Exception {
		HttpResponse<String> anonymous = this.client.send(HttpRequest.newBuilder(root("/rest")).build(),
				HttpResponse.BodyHandlers.ofString());
		assertThat(anonymous.statusCode()).isEqualTo(401);
	}

	// Looking

	@Test
	void listsConnectionsUsersAndTopics() throws Exception {
		SseRecorder alice = connected("alice", "?topics=news");
		connected("alice", "");
		connected("bob", "?topics=news,sports");
		this.publisher.toTopic("news", SseEvent.of("n", "1"));
		alice.next("n");
		JsonNode page = get("/connections?size=2");
		assertThat(page.get("total").intValue()).isEqualTo(3);
		assertThat(page.get("connections").values()).hasSize(2);
		JsonNode first = page.get("connections").get(0);
		assertThat(first.get("id").stringValue()).isEqualTo(alice.clientId());
		assertThat(first.get("user_id").stringValue()).isEqualTo("alice");
		assertThat(first.get("ip").stringValue()).isEqualTo("127.0.0.1");
		assertThat(first.get("state").stringValue()).isEqualTo("open");
		assertThat(first.get("message_count").longValue()).isEqualTo(1);
		assertThat(first.get("uptime").isIntegralNumber()).isTrue();
		assertThat(get("/connections?user=bob").get("total").intValue()).isEqualTo(1);
		assertThat(get("/connections?topic=news").get("total").intValue()).isEqualTo(2);
		assertThat(get("/users").get("users").toString())
			.isEqualTo("[{\"user_id\":\"alice\",\"connections\":2},{\"user_id\":\"bob\",\"connections\":1}]");
		assertThat(get("/topics").get("topics").toString())
			.isEqualTo("[{\"topic\":\"news\",\"connections\":2},{\"topic\":\"sports\",\"connections\":1}]");
		JsonNode stats = stats();
		assertThat(stats.get("active_connections").intValue()).isEqualTo(3);
		assertThat(stats.get("total_users").intValue()).isEqualTo(2);
		assertThat(stats.get("total_topics").intValue()).isEqualTo(2);
		assertThat(stats.get("is_running").booleanValue()).isTrue();
	}

	@Test
	void agreesWithPrometheusAndActuator() throws Exception {
		SseRecorder alice = connected("alice", "?topics=news");
		this.publisher.toTopic("news", SseEvent.of("n", "1"));
		alice.next("n");
		String scrape = actuator("/prometheus").body();
		JsonNode stats = stats();
		assertThat(scrape).contains("sse_active_connections 1.0",
				"sse_client_connect_total " + stats.get("total_connections").longValue() + ".0",
				"sse_messages_published_total{target=\"topic\"}", "sse_client_disconnect_total{reason=\"client-gone\"}",
				"sse_messages_dropped_total{reason=\"drop-oldest\"}", "sse_queue_bytes 0.0",
				"sse_replay_total{outcome=\"gap\"}", "sse_delivery_seconds_count", "sse_publish_wait_seconds_count",
				"sse_delivery_backlog 0.0", "sse_callbacks_waiting 0.0", "sse_connection_lifetime_seconds_count");
		assertThat(metric(scrape, "sse_messages_sent_total")).isEqualTo(stats.get("total_messages").doubleValue());
		assertThat(metric(scrape, "sse_publish_rejected_total"))
			.isEqualTo(stats.get("rejected_publications").doubleValue());
		assertThat(metric(scrape, "sse_sent_bytes_total")).isEqualTo(stats.get("total_bytes").doubleValue());
		JsonNode endpoint = this.json.readTree(actuator("/sse").body());
		assertThat(endpoint.get("connections").intValue()).isEqualTo(1);
		assertThat(endpoint.get("users").get("alice").intValue()).isEqualTo(1);
		assertThat(endpoint.get("topics").get("news").intValue()).isEqualTo(1);
		assertThat(endpoint.get("states").get("open").intValue()).isEqualTo(1);
		assertThat(endpoint.get("loops").size()).isPositive();
		JsonNode one = this.json.readTree(actuator("/sse/" + alice.clientId()).body());
		assertThat(one.get("user").stringValue()).isEqualTo("alice");
		JsonNode health = this.json.readTree(actuator("/health/sse").body());
		assertThat(health.get("status").stringValue()).isEqualTo("UP");
	}

	@Test
	void keepsStreamsOutOfTheRequestMetrics() throws Exception {
		SseRecorder alice = connected("alice", "");
		SseRecorder chat = SseRecorder.open(root("/chat/lobby"), "Authorization", SseRecorder.basic("alice", "alice"));
		chat.next("connected");
		this.connections.disconnect(alice.clientId());
		this.connections.disconnect(chat.clientId());
		alice.awaitEnd();
		chat.awaitEnd();
		stats();
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> this.meters.find("http.server.requests").tag("uri", "/api/sse/stats").timer() != null);
		assertThat(this.meters.find("http.server.requests")
			.tags("method", "GET", "uri", "/api/sse/connect", "status", "200")
			.timer()).isNull();
		assertThat(this.meters.find("http.server.requests").tag("uri", "/chat/{room}").timer()).isNull();
	}

	private static double metric(String scrape, String name) {
		return scrape.lines()
			.filter((line) -> line.startsWith(name + " "))
			.mapToDouble((line) -> Double.parseDouble(line.substring(name.length() + 1)))
			.sum();
	}

	// What the tests speak with

	private SseRecorder connect(String user, String query) {
		SseRecorder recorder = SseRecorder.open(uri("/connect" + query), "Authorization",
				SseRecorder.basic(user, user));
		this.streams.add(recorder);
		return recorder;
	}

	private SseRecorder connected(String user, String query) {
		SseRecorder recorder = connect(user, query);
		recorder.next("connected");
		return recorder;
	}

	private SseRecorder resumedRaw(String user, String query, String lastEventId) {
		SseRecorder recorder = SseRecorder.open(uri("/connect" + query), "Authorization", SseRecorder.basic(user, user),
				"Last-Event-ID", lastEventId);
		this.streams.add(recorder);
		return recorder;
	}

	private SseRecorder resumed(String user, String query, String lastEventId) {
		SseRecorder recorder = resumedRaw(user, query, lastEventId);
		recorder.next("connected");
		return recorder;
	}

	/**
	 * A client that has been told who it is and reads no further.
	 */
	private Socket rawConnect() throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4096);
		socket.connect(new java.net.InetSocketAddress("localhost", this.port));
		OutputStream output = socket.getOutputStream();
		output.write(("GET /api/sse/connect HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
				+ SseRecorder.basic("bob", "bob") + "\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII));
		InputStream input = socket.getInputStream();
		StringBuilder head = new StringBuilder();
		socket.setSoTimeout((int) PATIENCE.toMillis());
		while (!head.toString().contains("event: connected")) {
			int character = input.read();
			assertThat(character).as("the end of the stream after " + head).isNotEqualTo(-1);
			head.append((char) character);
		}
		return socket;
	}

	private static String at(String position, long distance) {
		int dot = position.indexOf('.');
		return position.substring(0, dot + 1) + (Long.parseLong(position.substring(dot + 1)) + distance);
	}

	private static List<String> names(SseRecorder recorder, int count) {
		return IntStream.range(0, count).mapToObj((i) -> recorder.next().name()).toList();
	}

	private static List<String> data(SseRecorder recorder, int count) {
		return IntStream.range(0, count).mapToObj((i) -> recorder.next().data()).toList();
	}

	private JsonNode stats() throws Exception {
		return get("/stats").get("statistics");
	}

	private static long difference(JsonNode before, JsonNode after, String name) {
		return after.get(name).longValue() - before.get(name).longValue();
	}

	private JsonNode get(String path) throws Exception {
		return this.json.readTree(request("GET", path, "admin", null).body());
	}

	private HttpResponse<String> post(String path, String body) throws Exception {
		return request("POST", path, "admin", body);
	}

	private HttpResponse<String> actuator(String path) throws Exception {
		return this.client.send(HttpRequest.newBuilder(root("/actuator" + path))
			.header("Authorization", SseRecorder.basic("admin", "admin"))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

	private HttpResponse<String> request(String method, String path, String user, String body) throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.timeout(PATIENCE)
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (user != null) {
			request.header("Authorization", SseRecorder.basic(user, user));
		}
		if (body != null) {
			request.header("Content-Type", "application/json");
		}
		return this.client.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private void assertAnswer(HttpResponse<String> response, String message, int recipients) {
		assertThat(response.statusCode()).isEqualTo(200);
		JsonNode answer = this.json.readTree(response.body());
		assertThat(answer.get("message").stringValue()).isEqualTo(message);
		assertThat(answer.get("recipients").intValue()).isEqualTo(recipients);
		assertThat(answer.get("position").stringValue()).isNotEmpty();
	}

	private void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).as(response.body())
			.hasValue("application/problem+json");
		JsonNode problem = this.json.readTree(response.body());
		assertThat(problem.get("status").intValue()).isEqualTo(status);
		assertThat(problem.get("title").stringValue()).isNotEmpty();
		assertThat(problem.get("detail").stringValue()).contains(detail);
		assertThat(problem.get("instance").stringValue()).startsWith("/api/sse/");
	}

	private URI uri(String path) {
		return root("/api/sse" + path);
	}

	private URI root(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

}
