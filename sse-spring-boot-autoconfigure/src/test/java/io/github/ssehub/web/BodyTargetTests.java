package io.github.ssehub.web;

import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.security.SubscribeAuthorizer;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests that name whom they are about in their body.
 */
@ParameterizedClass
@EnumSource
class BodyTargetTests {

	private static TestServer server;

	private final List<SseRecorder> streams = new ArrayList<>();

	BodyTargetTests(TestServer.Kind kind) {
	}

	@BeforeParameterizedClassInvocation
	static void start(TestServer.Kind kind) {
		server = TestServer.start(kind, Map.of("sse.topics.max-per-connection", "4", "sse.max-event-size", "16KB"),
				AuthorizerConfiguration.class);
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		server.close();
	}

	@AfterEach
	void leavesNoConnectionBehind() {
		this.streams.forEach(SseRecorder::close);
		SseConnections connections = server.bean(SseConnections.class);
		connections.list().forEach((connection) -> connections.disconnect(connection.getId()));
		assertThat(connections.count()).isZero();
	}

	// Publishing

	@ParameterizedTest
	@ValueSource(strings = { "a/b", "https://x", "50%", "a;b", "a\\b", ".", "..", "?", "#", "a b", "\u00E9\uD83D\uDE00",
			"{\"a\"}" })
	void publishesToAnyTopicThatMayBeSubscribedTo(String topic) throws Exception {
		SseRecorder alice = connected("alice", "?topics=" + URLEncoder.encode(topic, StandardCharsets.UTF_8));
		assertSent(publish("{\"topic\":" + json(topic) + "}"), "message sent", 1);
		assertThat(alice.next("e").data()).isEqualTo("x");
		HttpResponse<String> unsubscribed = subscriptions("alice", alice, List.of(), List.of(topic));
		assertThat(TestServer.json(unsubscribed).get("topics").toString()).isEqualTo("[]");
		HttpResponse<String> subscribed = subscriptions("alice", alice, List.of(topic), List.of());
		assertThat(TestServer.json(subscribed).at("/topics/0").stringValue()).isEqualTo(topic);
		assertSent(publish("{\"topic\":" + json(topic) + "}"), "message sent", 1);
		alice.next("e");
		alice.assertExhausted();
	}

	@Test
	void publishesToEveryKindOfTarget() throws Exception {
		SseRecorder alice = connected("alice", "?topics=a,b");
		SseRecorder bob = connected("bob", "?topics=b");
		assertSent(publish("{\"broadcast\":true}"), "broadcast sent", 2);
		assertSent(publish("{\"user\":\"alice\"}"), "message sent", 1);
		assertSent(publish("{\"user\":\"nobody\"}"), "message sent", 0);
		assertSent(publish("{\"users\":[\"alice\",\"bob\",\"alice\"]}"), "message sent", 2);
		assertSent(publish("{\"topic\":\"a\",\"user\":null}"), "message sent", 1);
		assertSent(publish("{\"topics\":[\"a\",\"b\"]}"), "message sent", 2);
		assertSent(publish("{\"connection\":\"" + bob.clientId() + "\"}"), "message sent", 1);
		server.bean(SsePublisher.class).broadcast(SseEvent.of("last", "x"));
		assertThat(names(alice)).containsExactly("e", "e", "e", "e", "e", "last");
		assertThat(names(bob)).containsExactly("e", "e", "e", "e", "last");
	}

	@Test
	void takesTheOtherFieldsOfAnEvent() throws Exception {
		SseRecorder alice = connected("alice", "");
		String body = "{\"target\":{\"user\":\"alice\"},\"event\":\"order\",\"data\":{\"b\":null,\"a\":1.10},"
				+ "\"id\":\"body-1\",\"key\":\"k\",\"retry\":7000,\"ephemeral\":false}";
		JsonNode first = TestServer.json(server.post("/api/sse/publish", "admin", body));
		JsonNode second = TestServer.json(server.post("/api/sse/publish", "admin", body));
		assertThat(first.get("duplicate").booleanValue()).isFalse();
		assertThat(second.get("duplicate").booleanValue()).isTrue();
		assertThat(second.get("recipients").intValue()).isZero();
		SseRecorder.Event event = alice.next("order");
		assertThat(event.data()).isEqualTo("{\"b\":null,\"a\":1.10}");
		assertThat(event.id()).isEqualTo(first.get("position").stringValue());
		assertThat(alice.retry()).isEqualTo("7000");
		alice.assertExhausted();
	}

	@ParameterizedTest
	@MethodSource
	void refusesATargetThatIsNotOne(String target, String detail) throws Exception {
		SseRecorder alice = connected("alice", "");
		assertProblem(publish(target), 400, detail);
		server.bean(SsePublisher.class).broadcast(SseEvent.of("last", "x"));
		alice.next("last");
	}

	static Stream<Arguments> refusesATargetThatIsNotOne() {
		String kinds = "exactly one of [broadcast, connection, topic, topics, user, users]";
		return Stream.of(Arguments.of("null", "'target' is missing: say whom the event is for"),
				Arguments.of("\"news\"", "'target' must be a JSON object such as {\"topic\":\"news\"}"),
				Arguments.of("[]", "'target' must be a JSON object"), Arguments.of("{}", kinds + " but has none"),
				Arguments.of("{\"user\":null}", kinds + " but has none"),
				Arguments.of("{\"user\":\"a\",\"topic\":\"b\"}", kinds + " but has [topic, user]"),
				Arguments.of("{\"topic\":\"a\",\"topics\":[\"b\"]}", kinds + " but has [topic, topics]"),
				Arguments.of("{\"everybody\":true}",
						"'everybody' is not a field of 'target': use [broadcast, connection, "),
				Arguments.of("{\"broadcast\":false}", "'broadcast' must be true"),
				Arguments.of("{\"broadcast\":\"true\"}", "'broadcast' must be true or false"),
				Arguments.of("{\"user\":1}", "'user' must be a string"),
				Arguments.of("{\"user\":\"\"}", "'user' must not be empty"),
				Arguments.of("{\"user\":\"a\\nb\"}", "'user' must not contain the control character"),
				Arguments.of("{\"user\":[\"a\"]}", "'user' must be a string"),
				Arguments.of("{\"users\":\"a\"}", "'users' must be a list of strings"),
				Arguments.of("{\"users\":[1]}", "'users' must be a list of strings"),
				Arguments.of("{\"users\":[null]}", "'users' must be a list of strings"),
				Arguments.of("{\"users\":[]}", "'users' must not be empty"),
				Arguments.of("{\"topics\":[]}", "'topics' must not be empty"),
				Arguments.of("{\"topics\":[\"a,b\"]}", "'topic' must not contain a comma"),
				Arguments.of("{\"topic\":\" a\"}", "'topic' must not begin or end with white space"),
				Arguments.of("{\"connection\":{}}", "'connection' must be a string"),
				Arguments.of("{\"user\":\"a\",\"user\":\"b\"}", "not valid JSON"));
	}

	@Test
	void refusesABodyThatIsNotOne() throws Exception {
		assertProblem(server.post("/api/sse/publish", "admin", "{\"data\":\"x\"}"), 400, "'target' is missing");
		assertProblem(server.post("/api/sse/publish", "admin", "{\"target\":{\"user\":\"a\"}}"), 400,
				"'data' is missing");
		assertProblem(server.post("/api/sse/publish", "admin", "{\"target\":{\"user\":\"a\"},\"data\":1,\"user\":1}"),
				400, "'user' is not a field of an event with a target");
		assertProblem(server.post("/api/sse/publish", "admin", ""), 400, "{\"target\":{\"topic\":\"news\"}");
		assertProblem(server.post("/api/sse/broadcast", "admin", "{\"target\":{\"user\":\"a\"},\"data\":1}"), 400,
				"'target' is not a field of an event");
		assertProblem(
				server.post("/api/sse/publish", "admin",
						"{\"target\":{\"user\":\"a\"},\"data\":\"" + "x".repeat(17_000) + "\"}"),
				413, "sse.max-event-size");
		assertProblem(publish("{\"connection\":\"nobody\"}"), 404, "There is no connection 'nobody'");
	}

	@Test
	void letsOnlyAnAdministratorPublish() throws Exception {
		String body = "{\"target\":{\"user\":\"alice\"},\"data\":\"x\"}";
		assertProblem(server.post("/api/sse/publish", "alice", body), 403, "");
		assertProblem(server.post("/api/sse/publish", null, body), 401, "");
	}

	// Subscriptions

	@Test
	void changesSubscriptionsOfAnOwnConnection() throws Exception {
		SseRecorder alice = connected("alice", "?topics=x,y");
		HttpResponse<String> response = subscriptions("alice", alice, List.of("a/b", "c"), List.of("x"));
		assertThat(response.body()).isEqualTo("{\"message\":\"subscriptions changed\",\"client_id\":\""
				+ alice.clientId() + "\",\"topics\":[\"y\",\"a/b\",\"c\"]}");
		assertThat(subscriptions("admin", alice, List.of(), List.of("c")).statusCode()).isEqualTo(200);
		assertThat(server.bean(SseConnections.class).topics()).containsOnlyKeys("a/b", "y");
	}

	@Test
	void changesNothingWhenAnyPartOfItIsRefused() throws Exception {
		SseRecorder alice = connected("alice", "?topics=x,y");
		assertProblem(subscriptions("bob", alice, List.of("a"), List.of()), 403, "not yours");
		assertProblem(subscriptions("alice", alice, List.of("a", "secret"), List.of("x")), 403,
				"You may not subscribe to 'secret'");
		assertProblem(subscriptions("alice", alice, List.of("a", "b", "c"), List.of()), 400,
				"sse.topics.max-per-connection");
		assertProblem(subscriptions("alice", alice, List.of("a", "b,c"), List.of("x")), 400, "comma");
		assertProblem(subscriptions("alice", alice, List.of("a"), List.of("x", "a")), 400,
				"'a' must not be in both 'subscribe' and 'unsubscribe'");
		assertProblem(subscriptions("alice", alice, List.of(), List.of()), 400, "name at least one topic");
		assertThat(server.bean(SseConnections.class).topics()).containsOnlyKeys("x", "y");
	}

	/**
	 * Before anybody is asked whether each may be subscribed to.
	 */
	@Test
	void refusesMoreTopicsThanAConnectionMayHave() throws Exception {
		SseRecorder alice = connected("alice", "?topics=x");
		List<String> five = List.of("secret", "b", "c", "d", "e");
		assertProblem(subscriptions("alice", alice, five, List.of()), 400,
				"'subscribe' has 5 topics, more than the 4 that sse.topics.max-per-connection allows");
		assertProblem(subscriptions("alice", alice, List.of(), five), 400, "'unsubscribe' has 5 topics");
		assertThat(subscriptions("alice", alice, List.of("a", "a", "a", "a", "a"), List.of()).statusCode())
			.isEqualTo(200);
	}

	@ParameterizedTest
	@MethodSource
	void refusesAChangeThatIsNotOne(String body, int status, String detail) throws Exception {
		assertProblem(server.post("/api/sse/subscriptions", "alice", body), status, detail);
	}

	static Stream<Arguments> refusesAChangeThatIsNotOne() {
		return Stream.of(Arguments.of("", 400, "{\"connection\":\""), Arguments.of("[]", 400, "a JSON object such as"),
				Arguments.of("{\"subscribe\":[\"a\"]}", 400, "'connection' is missing"),
				Arguments.of("{\"connection\":1,\"subscribe\":[\"a\"]}", 400, "'connection' must be a string"),
				Arguments.of("{\"connection\":\"c\",\"subscribe\":\"a\"}", 400,
						"'subscribe' must be a list of strings"),
				Arguments.of("{\"connection\":\"c\",\"topics\":[\"a\"]}", 400, "'topics' is not a field"),
				Arguments.of("{\"connection\":\"nobody\",\"subscribe\":[\"a\"]}", 404, "no connection 'nobody'"),
				Arguments.of("{\"connection\":\"" + "c".repeat(70_000) + "\"}", 413, "65536"));
	}

	@Test
	void letsNobodyChangeSubscriptionsWithoutAuthentication() throws Exception {
		assertProblem(server.post("/api/sse/subscriptions", null, "{}"), 401, "");
	}

	// The query

	/**
	 * What fails elsewhere is no fault of the client, whatever its query is.
	 */
	@Test
	void hidesNoFailureBehindABadQuery() throws Exception {
		SseRecorder alice = connected("alice", "?topics=x");
		String answer = server.raw("PUT /api/sse/connections/" + alice.clientId()
				+ "/topics/broken?x=%zz HTTP/1.1\r\nAuthorization: " + SseRecorder.basic("alice", "alice"));
		assertThat(answer).startsWith("HTTP/1.1 500 ").contains("its log says why");
	}

	/** The client of the JDK would not send such an address. */
	@ParameterizedTest
	@ValueSource(strings = { "/connections?page=%zz", "/connections?user=%zz", "/connections?user=%ff",
			"/connect?topics=%zz", "/connect?topics=a&events=%z" })
	void answersAQueryThatCannotBeReadWithAProblem(String path) throws Exception {
		URI uri = server.uri("/");
		try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
			socket.getOutputStream()
				.write(("GET /api/sse%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: %s\r\n\r\n"
					.formatted(path, SseRecorder.basic("admin", "admin"))).getBytes(StandardCharsets.US_ASCII));
			socket.setSoTimeout(15_000);
			String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(response).startsWith("HTTP/1.1 400").contains("application/problem+json", "'%25'");
		}
	}

	// What the tests speak with

	private SseRecorder connected(String user, String query) {
		SseRecorder recorder = server.connect(user, query);
		this.streams.add(recorder);
		recorder.next("connected");
		return recorder;
	}

	private static HttpResponse<String> publish(String target) throws Exception {
		return server.post("/api/sse/publish", "admin", "{\"target\":" + target + ",\"event\":\"e\",\"data\":\"x\"}");
	}

	private static HttpResponse<String> subscriptions(String user, SseRecorder stream, List<String> subscribe,
			List<String> unsubscribe) throws Exception {
		return server.post("/api/sse/subscriptions", user, "{\"connection\":\"%s\",\"subscribe\":%s,\"unsubscribe\":%s}"
			.formatted(stream.clientId(), json(subscribe), json(unsubscribe)));
	}

	private static String json(Object value) {
		return JsonMapper.shared().writeValueAsString(value);
	}

	private static List<String> names(SseRecorder stream) {
		List<String> names = new ArrayList<>();
		while (!names.contains("last")) {
			names.add(stream.next().name());
		}
		return names;
	}

	private static void assertSent(HttpResponse<String> response, String message, int recipients) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		JsonNode answer = TestServer.json(response);
		assertThat(answer.propertyNames()).containsExactly("message", "position", "recipients", "duplicate");
		assertThat(answer.get("message").stringValue()).isEqualTo(message);
		assertThat(answer.get("recipients").intValue()).isEqualTo(recipients);
	}

	private static void assertProblem(HttpResponse<String> response, int status, String detail) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(TestServer.json(response).get("detail").stringValue()).contains(detail);
	}

	@Configuration(proxyBeanMethods = false)
	static class AuthorizerConfiguration {

		@Bean
		SubscribeAuthorizer authorizer() {
			return (principal, topic) -> {
				if (topic.name().equals("broken")) {
					throw new IllegalStateException("made by a test");
				}
				return !topic.name().equals("secret");
			};
		}

	}

}
