package io.github.ssehub.sample;

import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The examples of the README, over HTTP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.task-step-time=20ms", "management.prometheus.metrics.export.enabled=true" })
class SampleApplicationTests {

	@LocalServerPort
	private int port;

	private SampleClient admin;

	private SampleClient alice;

	private SampleClient bob;

	private SampleClient anonymous;

	@BeforeEach
	void createClients() {
		this.admin = SampleClient.of("admin", this.port);
		this.alice = SampleClient.of("alice", this.port);
		this.bob = SampleClient.of("bob", this.port);
		this.anonymous = SampleClient.anonymous(this.port);
	}

	@Test
	void connectTellsClientWhoItIs() {
		try (EventStream stream = this.alice.open("/api/sse/connect?topics=news,weather")) {
			EventStream.Event connected = stream.next("connected");
			assertThat(connected.id()).isNotEmpty();
			JsonNode data = connected.json();
			assertThat(data.get("client_id").asString()).isEqualTo(stream.clientId());
			assertThat(data.get("timestamp").asLong()).isPositive();
			assertThat(strings(data.get("topics"))).containsExactlyInAnyOrder("news", "weather");
		}
	}

	@Test
	void broadcastOfAdminArrivesEverywhere() {
		try (EventStream first = this.alice.connect("/api/sse/connect");
				EventStream second = this.bob.connect("/api/sse/connect")) {
			JsonNode answer = this.admin.post("/api/sse/broadcast",
					"{\"event\":\"announcement\",\"data\":{\"text\":\"Hello\"}}");
			assertThat(answer.get("message").asString()).isEqualTo("broadcast sent");
			for (EventStream stream : new EventStream[] { first, second }) {
				EventStream.Event event = stream.next("announcement");
				assertThat(event.data()).isEqualTo("{\"text\":\"Hello\"}");
				assertThat(event.id()).isEqualTo(answer.get("position").asString());
			}
		}
	}

	@Test
	void topicsOfOpenConnectionChange() {
		try (EventStream stream = this.alice.connect("/api/sse/connect")) {
			String topics = "/api/sse/connections/" + stream.clientId() + "/topics/";
			assertThat(this.alice.status("PUT", topics + "news")).isEqualTo(200);
			this.admin.post("/api/sse/topics/news/send", "{\"event\":\"news\",\"data\":\"First\"}");
			assertThat(stream.next("news").data()).isEqualTo("First");
			assertThat(this.alice.status("DELETE", topics + "news")).isEqualTo(200);
			this.admin.post("/api/sse/topics/news/send", "{\"event\":\"news\",\"data\":\"Second\"}");
			this.admin.post("/api/sse/send/" + stream.clientId(), "{\"event\":\"direct\",\"data\":\"Third\"}");
			assertThat(stream.next("direct").data()).isEqualTo("Third");
		}
	}

	@Test
	void namesThatNoPathCanCarryStandInTheBody() {
		try (EventStream stream = this.alice.connect("/api/sse/connect")) {
			JsonNode answer = this.alice.post("/api/sse/subscriptions",
					"{\"connection\":\"" + stream.clientId() + "\",\"subscribe\":[\"a/b\"]}");
			assertThat(answer.at("/topics/0").asString()).isEqualTo("a/b");
			this.admin.post("/api/sse/publish",
					"{\"target\":{\"topic\":\"a/b\"},\"event\":\"news\",\"data\":\"First\"}");
			assertThat(stream.next("news").data()).isEqualTo("First");
			this.admin.post("/api/sse/publish",
					"{\"target\":{\"users\":[\"alice\",\"bob\"]},\"event\":\"notification\",\"data\":\"Hello\"}");
			assertThat(stream.next("notification").data()).isEqualTo("Hello");
		}
	}

	@Test
	void connectionOfAnotherUserIsRefusedToChange() {
		try (EventStream stream = this.alice.connect("/api/sse/connect")) {
			assertThat(this.bob.status("PUT", "/api/sse/connections/" + stream.clientId() + "/topics/news"))
				.isEqualTo(403);
			assertThat(this.bob.status("POST", "/api/sse/disconnect/" + stream.clientId())).isEqualTo(403);
			assertThat(this.alice.status("POST", "/api/sse/disconnect/" + stream.clientId())).isEqualTo(200);
			assertThat(stream.next("close").json().get("reason").asString()).isEqualTo("disconnected");
		}
	}

	@Test
	void statisticsCountConnections() {
		try (EventStream ignored = this.alice.connect("/api/sse/connect")) {
			JsonNode statistics = this.admin.get("/api/sse/stats").get("statistics");
			assertThat(statistics.get("active_connections").asInt()).isPositive();
			assertThat(statistics.get("is_running").asBoolean()).isTrue();
		}
	}

	@Test
	void anonymousClientIsRefusedWhatNeedsUser() {
		assertThat(this.anonymous.status("GET", "/api/sse/connect")).isEqualTo(401);
		assertThat(this.anonymous.status("GET", "/chat/lobby/stream")).isEqualTo(401);
		assertThat(this.anonymous.status("GET", "/actuator/sse")).isEqualTo(401);
		assertThat(SampleClient.of("mallory", this.port).status("GET", "/api/sse/connect")).isEqualTo(401);
	}

	@Test
	void userIsRefusedWhatNeedsAdmin() {
		String event = "{\"event\":\"news\",\"data\":\"x\"}";
		assertThat(this.alice.status("POST", "/api/sse/broadcast", event)).isEqualTo(403);
		assertThat(this.alice.status("POST", "/api/sse/users/bob/send", event)).isEqualTo(403);
		assertThat(this.alice.status("GET", "/api/sse/stats")).isEqualTo(403);
		assertThat(this.alice.status("GET", "/actuator/sse")).isEqualTo(403);
	}

	@Test
	void pageAndItsFilesArePublic() {
		String page = this.anonymous.text("/");
		assertThat(page).contains("<title>");
		Stream.of("/css/app.css", "/js/app.js", "/favicon.svg", "/webjars/chart.js/dist/chart.umd.min.js")
			.forEach((path) -> assertThat(this.anonymous.status("GET", path)).as(path).isEqualTo(200));
	}

	@Test
	void meSaysWhoIsSignedIn() {
		JsonNode nobody = this.anonymous.get("/me");
		assertThat(nobody.get("name").isNull()).isTrue();
		assertThat(nobody.get("csrf").get("header").asString()).isEqualTo("X-CSRF-TOKEN");
		assertThat(this.alice.get("/me").get("admin").asBoolean()).isFalse();
		JsonNode administrator = this.admin.get("/me");
		assertThat(administrator.get("name").asString()).isEqualTo("admin");
		assertThat(administrator.get("admin").asBoolean()).isTrue();
	}

	@Test
	void notificationReachesItsUserAlone() {
		try (EventStream ofAlice = this.alice.connect("/api/sse/connect");
				EventStream ofBob = this.bob.connect("/api/sse/connect")) {
			this.bob.post("/notifications/alice", "{\"title\":\"Lunch?\",\"content\":\"At noon\"}");
			this.admin.post("/api/sse/broadcast", "{\"event\":\"after\",\"data\":\"x\"}");
			JsonNode notification = ofAlice.next("notification").json();
			assertThat(notification.get("title").asString()).isEqualTo("Lunch?");
			assertThat(notification.get("content").asString()).isEqualTo("At noon");
			assertThat(notification.get("sender").asString()).isEqualTo("bob");
			ofBob.next("after");
		}
		assertThat(this.bob.status("POST", "/notifications/alice", "{\"title\":\" \"}")).isEqualTo(400);
		assertThat(this.bob.status("POST", "/notifications/nobody", "{\"title\":\"Lunch?\"}")).isEqualTo(404);
	}

	@Test
	void chatRoomHearsWhoJoinsTalksAndLeaves() {
		try (EventStream ofAlice = this.alice.connect("/chat/tea/stream")) {
			assertThat(ofAlice.next("user-join").json().get("user").asString()).isEqualTo("alice");
			try (EventStream ofBob = this.bob.connect("/chat/tea/stream")) {
				assertThat(ofAlice.next("user-join").json().get("user").asString()).isEqualTo("bob");
				assertThat(ofBob.next("user-join").json().get("user").asString()).isEqualTo("bob");
				JsonNode users = this.alice.get("/chat/tea/users");
				assertThat(strings(users.get("users"))).containsExactly("alice", "bob");
				assertThat(users.get("count").asInt()).isEqualTo(2);
				this.bob.post("/chat/tea/messages", "{\"message\":\"Hello\"}");
				JsonNode message = ofAlice.next("message").json();
				assertThat(message.get("room").asString()).isEqualTo("tea");
				assertThat(message.get("user").asString()).isEqualTo("bob");
				assertThat(message.get("message").asString()).isEqualTo("Hello");
				assertThat(this.bob.status("POST", "/api/sse/disconnect/" + ofBob.clientId())).isEqualTo(200);
			}
			assertThat(ofAlice.next("user-leave").json().get("user").asString()).isEqualTo("bob");
		}
	}

	@Test
	void userWithTwoConnectionsJoinsAndLeavesChatRoomOnce() {
		try (EventStream ofAlice = this.alice.connect("/chat/two/stream")) {
			ofAlice.next("user-join");
			try (EventStream first = this.bob.connect("/chat/two/stream");
					EventStream second = this.bob.connect("/chat/two/stream")) {
				assertThat(ofAlice.next("user-join").json().get("user").asString()).isEqualTo("bob");
				this.bob.status("POST", "/api/sse/disconnect/" + first.clientId());
				first.next("user-join");
				first.next("close");
				this.bob.post("/chat/two/messages", "{\"message\":\"Still here\"}");
				ofAlice.next("message");
				this.bob.status("POST", "/api/sse/disconnect/" + second.clientId());
				assertThat(ofAlice.next("user-leave").json().get("user").asString()).isEqualTo("bob");
			}
		}
	}

	@Test
	void chatRoomWithBadNameIsRefused() {
		assertThat(this.alice.status("GET", "/chat/a,b/stream")).isEqualTo(400);
		assertThat(this.alice.status("GET", "/chat/%20/users")).isEqualTo(400);
		assertThat(this.alice.status("POST", "/chat/tea/messages", "{\"message\":\"\"}")).isEqualTo(400);
	}

	@Test
	void clientThatComesLateSeesWholeTask() {
		JsonNode started = this.alice.post("/tasks", null);
		String id = started.get("task_id").asString();
		String events = "/tasks/" + id + "/events?lastEventId=" + started.get("position").asString();
		try (EventStream early = this.alice.connect(events)) {
			assertFollowsTask(early, id);
		}
		try (EventStream late = this.alice.connect(events)) {
			assertFollowsTask(late, id);
		}
	}

	private static void assertFollowsTask(EventStream stream, String id) {
		for (int percent = 10; percent <= 100; percent += 10) {
			JsonNode progress = stream.next("progress").json();
			assertThat(progress.get("task_id").asString()).isEqualTo(id);
			assertThat(progress.get("progress").asInt()).isEqualTo(percent);
			assertThat(progress.get("message").asString()).isNotEmpty();
		}
		assertThat(stream.next("complete").json().get("progress").asInt()).isEqualTo(100);
	}

	@Test
	void taskIsForItsOwnerAlone() {
		String id = this.alice.post("/tasks", null).get("task_id").asString();
		assertThat(this.bob.status("GET", "/tasks/" + id + "/events")).isEqualTo(404);
		assertThat(this.bob.status("GET", "/api/sse/connect?topics=task-" + id)).isEqualTo(403);
	}

	@Test
	void dashboardGetsMetricsOfServer() {
		try (EventStream stream = this.alice.connect("/api/sse/connect?topics=dashboard")) {
			JsonNode metrics = stream.next("metrics").json();
			assertThat(metrics.get("heap_used").asLong()).isPositive();
			assertThat(metrics.get("threads").asLong()).isPositive();
			assertThat(metrics.get("active_connections").asLong()).isPositive();
		}
	}

	@Test
	void actuatorIsExposed() {
		assertThat(this.anonymous.get("/actuator/health").get("status").asString()).isEqualTo("UP");
		assertThat(this.anonymous.get("/actuator/health/sse").get("status").asString()).isEqualTo("UP");
		assertThat(this.anonymous.get("/actuator/health/sse").has("details")).isFalse();
		assertThat(this.admin.get("/actuator/health/sse").get("details").has("capacity")).isTrue();
		assertThat(this.anonymous.text("/actuator/prometheus")).contains("sse_active_connections",
				"sse_messages_sent_total", "sse_client_connect_total");
		assertThat(this.anonymous.get("/actuator/metrics/sse.active.connections").get("measurements")).isNotEmpty();
		assertThat(this.admin.get("/actuator/sse").get("connections").isNumber()).isTrue();
	}

	private static Stream<String> strings(JsonNode array) {
		return array.valueStream().map(JsonNode::asString);
	}

}
