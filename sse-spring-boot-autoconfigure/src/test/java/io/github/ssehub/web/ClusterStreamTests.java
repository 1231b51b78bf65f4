package io.github.ssehub.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePresence;
import io.github.ssehub.test.RedisProcess;
import io.github.ssehub.test.SseRecorder;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two applications on one Redis answer for each other.
 */
class ClusterStreamTests {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private static RedisProcess redis;

	private static Node a;

	private static Node b;

	private final List<SseRecorder> streams = new ArrayList<>();

	@BeforeAll
	static void startNodes() {
		redis = RedisProcess.start();
		a = new Node("a");
		b = new Node("b");
		for (Node node : List.of(a, b)) {
			eventually("the other node").until(() -> node.get("/stats").get("nodes").size() == 2);
		}
	}

	@AfterAll
	static void stopNodes() {
		a.close();
		b.close();
		redis.close();
	}

	@BeforeEach
	void awaitThatEachKnowsTheOther() {
		for (Node node : List.of(a, b)) {
			eventually("that it may say who is not there")
				.until(() -> !node.get("/stats").get("cut_off").booleanValue());
		}
	}

	@AfterEach
	void leavesNoConnectionBehind() {
		this.streams.forEach(SseRecorder::close);
		for (Node node : List.of(a, b)) {
			node.connections().list().forEach((connection) -> node.connections().disconnect(connection.getId()));
			eventually("the end of all streams").until(() -> node.connections().count() == 0);
		}
	}

	private static ConditionFactory eventually(String what) {
		return Awaitility.await(what).atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20));
	}

	// Looking

	@Test
	void countsWhatIsOnBothNodes() throws Exception {
		connect(a, "alice", "?topics=news");
		connect(b, "alice", "?topics=news,weather");
		connect(b, "bob", "");
		for (Node node : List.of(a, b)) {
			JsonNode stats = node.get("/stats");
			assertThat(stats.at("/statistics/active_connections").intValue()).isEqualTo(3);
			assertThat(stats.at("/statistics/total_users").intValue()).isEqualTo(2);
			assertThat(stats.at("/statistics/total_topics").intValue()).isEqualTo(2);
			assertThat(stats.at("/statistics/max_connections").intValue()).isEqualTo(20_000);
			assertThat(stats.at("/statistics/is_running").booleanValue()).isTrue();
			assertThat(stats.get("node_id").stringValue()).startsWith(node.name + "-");
			assertThat(stats.get("nodes").values()).extracting((one) -> one.get("active_connections").intValue())
				.containsExactly(1, 2);
			assertThat(stats.get("nodes").values()).extracting((one) -> one.get("node_id").stringValue().charAt(0))
				.containsExactly('a', 'b');
			assertThat(stats.get("unreachable_nodes").values()).isEmpty();
			assertThat(node.get("/users").get("users").toString())
				.isEqualTo("[{\"user_id\":\"alice\",\"connections\":2},{\"user_id\":\"bob\",\"connections\":1}]");
			assertThat(node.get("/topics").get("topics").toString())
				.isEqualTo("[{\"topic\":\"news\",\"connections\":2},{\"topic\":\"weather\",\"connections\":1}]");
		}
	}

	@Test
	void pagesThroughTheConnectionsOfBothNodes() throws Exception {
		List<String> expected = new ArrayList<>();
		for (Node node : List.of(a, b)) {
			for (int i = 0; i < 3; i++) {
				expected.add(connect(node, "alice", "?topics=t" + i).clientId());
			}
		}
		for (Node node : List.of(a, b)) {
			List<String> shown = new ArrayList<>();
			for (int page = 0; page < 3; page++) {
				JsonNode answer = node.get("/connections?size=2&page=" + page);
				assertThat(answer.get("total").intValue()).isEqualTo(6);
				answer.get("connections").forEach((connection) -> shown.add(connection.get("id").stringValue()));
			}
			assertThat(shown).isEqualTo(expected);
			JsonNode ofTopic = node.get("/connections?user=alice&topic=t1");
			assertThat(ofTopic.get("total").intValue()).isEqualTo(2);
			assertThat(ofTopic.get("connections").values()).extracting((one) -> one.get("ip").stringValue())
				.containsOnly("127.0.0.1");
			assertThat(ofTopic.get("connections").values())
				.extracting((one) -> one.get("node_id").stringValue().charAt(0))
				.containsExactly('a', 'b');
		}
	}

	@Test
	void knowsWhoIsOnlineOnTheOtherNode() {
		connect(b, "bob", "");
		assertThat(a.presence().isOnline("bob")).isTrue();
		assertThat(a.presence().isOnline("alice")).isFalse();
		assertThat(a.presence().onlineUsers()).containsExactly("bob");
		assertThat(a.connections().count()).isZero();
	}

	// Commanding

	@Test
	void sendsToAConnectionOfTheOtherNode() throws Exception {
		SseRecorder bob = connect(b, "bob", "");
		HttpResponse<String> response = a.request("POST", "/send/" + bob.clientId(), "admin",
				"{\"event\":\"direct\",\"data\":\"x\"}");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(json(response).get("recipients").intValue()).isEqualTo(1);
		assertThat(bob.next("direct").data()).isEqualTo("x");
		assertThat(a.request("POST", "/send/nobody", "admin", "{\"data\":\"x\"}").statusCode()).isEqualTo(404);
	}

	@Test
	void changesTheTopicsOfAConnectionOfTheOtherNode() throws Exception {
		SseRecorder bob = connect(b, "bob", "?topics=old");
		String topics = "/connections/" + bob.clientId() + "/topics/";
		assertThat(a.request("PUT", topics + "x", "alice", null).statusCode()).isEqualTo(403);
		HttpResponse<String> subscribed = a.request("PUT", topics + "new", "bob", null);
		assertThat(subscribed.statusCode()).isEqualTo(200);
		assertThat(json(subscribed).get("topics").values()).extracting(JsonNode::stringValue)
			.containsExactlyInAnyOrder("old", "new");
		a.request("POST", "/topics/new/send", "admin", "{\"event\":\"n\",\"data\":\"1\"}");
		assertThat(bob.next("n").data()).isEqualTo("1");
		HttpResponse<String> tooMany = a.request("PUT", topics + "third", "bob", null);
		assertThat(tooMany.statusCode()).isEqualTo(400);
		assertThat(tooMany.body()).contains("sse.topics.max-per-connection");
		HttpResponse<String> unsubscribed = a.request("DELETE", topics + "old", "admin", null);
		assertThat(json(unsubscribed).get("topics").toString()).isEqualTo("[\"new\"]");
		assertThat(a.request("PUT", "/connections/nobody/topics/x", "admin", null).statusCode()).isEqualTo(404);
	}

	@Test
	void changesSeveralTopicsOfAConnectionOfTheOtherNodeAtOnce() throws Exception {
		SseRecorder bob = connect(b, "bob", "?topics=old");
		String change = "{\"connection\":\"" + bob.clientId()
				+ "\",\"subscribe\":[\"a/b\"%s],\"unsubscribe\":[\"old\"]}";
		HttpResponse<String> tooMany = a.request("POST", "/subscriptions", "bob", change.formatted(",\"c\",\"d\""));
		assertThat(tooMany.statusCode()).isEqualTo(400);
		assertThat(tooMany.body()).contains("sse.topics.max-per-connection");
		assertThat(b.connections().topics()).containsOnlyKeys("old");
		HttpResponse<String> changed = a.request("POST", "/subscriptions", "bob", change.formatted(""));
		assertThat(json(changed).get("topics").toString()).isEqualTo("[\"a/b\"]");
		a.request("POST", "/publish", "admin", "{\"target\":{\"topic\":\"a/b\"},\"event\":\"n\",\"data\":\"1\"}");
		assertThat(bob.next("n").data()).isEqualTo("1");
		HttpResponse<String> direct = a.request("POST", "/publish", "admin",
				"{\"target\":{\"connection\":\"" + bob.clientId() + "\"},\"event\":\"direct\",\"data\":\"2\"}");
		assertThat(json(direct).get("recipients").intValue()).isEqualTo(1);
		assertThat(bob.next("direct").data()).isEqualTo("2");
	}

	@Test
	void deliversAnEventForSeveralUsersOnEveryNode() throws Exception {
		SseRecorder alice = connect(a, "alice", "");
		SseRecorder bob = connect(b, "bob", "");
		a.request("POST", "/publish", "admin",
				"{\"target\":{\"users\":[\"alice\",\"bob\"]},\"event\":\"n\",\"data\":\"1\"}");
		assertThat(alice.next("n").id()).isEqualTo(bob.next("n").id());
	}

	@Test
	void disconnectsAConnectionOfTheOtherNode() throws Exception {
		SseRecorder bob = connect(b, "bob", "");
		assertThat(a.request("POST", "/disconnect/" + bob.clientId(), "alice", null).statusCode()).isEqualTo(403);
		assertThat(a.request("POST", "/disconnect/" + bob.clientId(), "bob", null).statusCode()).isEqualTo(200);
		bob.next("close");
		assertThat(bob.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
		assertThat(a.request("POST", "/disconnect/" + bob.clientId(), "bob", null).statusCode()).isEqualTo(404);
	}

	// Coming and going

	@Test
	void forgetsANodeThatIsClosed() throws Exception {
		Node c = new Node("c");
		connect(c, "bob", "");
		eventually("bob").until(() -> a.presence().isOnline("bob"));
		assertThat(a.get("/stats").get("nodes").values()).hasSize(3);
		c.close();
		assertThat(a.presence().isOnline("bob")).isFalse();
		assertThat(a.get("/stats").get("nodes").values()).hasSize(2);
		// At once by its good-bye, or in seconds if it was cut off when it left.
		eventually("its end").until(() -> a.get("/stats").get("unreachable_nodes").isEmpty());
	}

	@Test
	void forgetsANodeThatDies() throws Exception {
		// It says that it is there for as long as is asked of it, and answers nothing.
		eventually("its hello").until(() -> {
			sayHelloAsDeadNode();
			return a.get("/stats").get("unreachable_nodes").toString().equals("[\"dead\"]");
		});
		assertThat(a.presence().isOnline("bob")).isFalse();
		eventually("no answer of it").untilAsserted(() -> {
			sayHelloAsDeadNode();
			assertUnavailable(a.request("POST", "/send/nobody", "admin", "{\"data\":\"x\"}"));
		});
		eventually("its end").until(() -> a.get("/stats").get("unreachable_nodes").isEmpty());
		assertThat(a.request("POST", "/send/nobody", "admin", "{\"data\":\"x\"}").statusCode()).isEqualTo(404);
	}

	private static void sayHelloAsDeadNode() {
		a.context.getBean(StringRedisTemplate.class)
			.convertAndSend("{cluster-test}:nodes", "{\"v\":1,\"type\":\"hello\",\"node\":\"dead\",\"number\":1}");
	}

	@Test
	void answersForItselfWhileRedisIsAway() throws Exception {
		SseRecorder alice = connect(a, "alice", "");
		SseRecorder bob = connect(b, "bob", "");
		redis.pause();
		try {
			JsonNode stats = a.get("/stats");
			assertThat(stats.at("/statistics/active_connections").intValue()).isEqualTo(1);
			assertThat(stats.get("unreachable_nodes").values()).hasSize(1);
			assertUnavailable(a.request("POST", "/send/" + bob.clientId(), "admin", "{\"data\":\"x\"}"));
			assertUnavailable(a.request("POST", "/disconnect/" + bob.clientId(), "bob", null));
			assertThat(a.request("POST", "/disconnect/" + alice.clientId(), "alice", null).statusCode()).isEqualTo(200);
		}
		finally {
			redis.resume();
		}
		for (Node node : List.of(a, b)) {
			eventually("the other node").until(() -> node.get("/stats").get("unreachable_nodes").isEmpty());
			eventually("the log")
				.until(() -> node.request("POST", "/broadcast", "admin", "{\"data\":\"x\"}").statusCode() == 200);
		}
		assertThat(a.request("POST", "/disconnect/" + bob.clientId(), "bob", null).statusCode()).isEqualTo(200);
	}

	private static void assertUnavailable(HttpResponse<String> response) {
		assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
		assertThat(response.headers().firstValue("Retry-After")).isPresent();
	}

	private SseRecorder connect(Node node, String user, String query) {
		SseRecorder stream = SseRecorder.open(node.uri("/connect" + query), "Authorization",
				SseRecorder.basic(user, user));
		this.streams.add(stream);
		stream.next("connected");
		return stream;
	}

	private static JsonNode json(HttpResponse<String> response) {
		return JsonMapper.shared().readTree(response.body());
	}

	/**
	 * An application.
	 */
	private static final class Node implements AutoCloseable {

		private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

		private final String name;

		private final ConfigurableApplicationContext context;

		Node(String name) {
			this.name = name;
			this.context = new SpringApplicationBuilder(StreamTestApplication.class).properties("server.port=0",
					"sse.log.type=redis", "spring.data.redis.host=127.0.0.1", "spring.data.redis.port=" + redis.port(),
					"sse.log.redis.key=cluster-test", "sse.log.redis.timeout=500ms", "sse.cluster.timeout=2s",
					"sse.cluster.node-name=" + name, "sse.topics.max-per-connection=2", "sse.shutdown.drain-time=200ms",
					"spring.jmx.enabled=false",
					"spring.autoconfigure.exclude=org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration")
				.run();
		}

		SseConnections connections() {
			return this.context.getBean(SseConnections.class);
		}

		SsePresence presence() {
			return this.context.getBean(SsePresence.class);
		}

		JsonNode get(String path) throws Exception {
			return json(request("GET", path, "admin", null));
		}

		HttpResponse<String> request(String method, String path, String user, @Nullable String body)
				throws IOException, InterruptedException {
			HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
				.timeout(PATIENCE)
				.header("Authorization", SseRecorder.basic(user, user))
				.method(method, (body != null) ? HttpRequest.BodyPublishers.ofString(body)
						: HttpRequest.BodyPublishers.noBody());
			if (body != null) {
				request.header("Content-Type", "application/json");
			}
			return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}

		URI uri(String path) {
			return URI.create("http://localhost:%s/api/sse%s"
				.formatted(this.context.getEnvironment().getRequiredProperty("local.server.port"), path));
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

}
