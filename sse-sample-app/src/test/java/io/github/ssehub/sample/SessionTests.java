package io.github.ssehub.sample;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Collectors;

import io.github.ssehub.test.SseRecorder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the page does: sign in with a form, and send the CSRF token of the session.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.task-step-time=1h", "spring.lifecycle.timeout-per-shutdown-phase=1s" })
class SessionTests {

	private static final String EVENT = "{\"event\":\"news\",\"data\":\"x\"}";

	private final HttpClient http = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.cookieHandler(new CookieManager())
		.build();

	@LocalServerPort
	private int port;

	@Test
	void sessionPublishesWithTokenOnly() throws Exception {
		assertThat(signIn("admin", "admin")).isEqualTo(204);
		assertThat(me().get("name").asString()).isEqualTo("admin");
		assertThat(post("/api/sse/broadcast", "application/json", EVENT, me())).isEqualTo(200);
		assertThat(post("/api/sse/broadcast", "application/json", EVENT, null)).isEqualTo(403);
		assertThat(post("/tasks", "application/json", "", me())).isEqualTo(202);
		assertThat(post("/tasks", "application/json", "", null)).isEqualTo(403);
	}

	@Test
	void taskBeyondLimitIsRefused() throws Exception {
		signIn("alice", "alice");
		JsonNode me = me();
		int status = 0;
		for (int i = 0; i < 5; i++) {
			status = post("/tasks", "application/json", "", me);
		}
		assertThat(status).isEqualTo(503);
	}

	@Test
	void wrongPasswordIsRefused() throws Exception {
		assertThat(signIn("alice", "wrong")).isEqualTo(401);
		assertThat(me().get("name").isNull()).isTrue();
	}

	@Test
	void signOutEndsSession() throws Exception {
		signIn("alice", "alice");
		assertThat(post("/logout", "application/x-www-form-urlencoded", "", me())).isEqualTo(204);
		assertThat(me().get("name").isNull()).isTrue();
	}

	@Test
	void signOutEndsStreamsOfItsSessionAlone() throws Exception {
		SessionTests other = new SessionTests();
		other.port = this.port;
		for (SessionTests browser : List.of(this, other)) {
			browser.signIn("alice", "alice");
		}
		try (SseRecorder here = open(); SseRecorder elsewhere = other.open()) {
			here.next("connected");
			elsewhere.next("connected");
			assertThat(post("/logout", "application/x-www-form-urlencoded", "", me())).isEqualTo(204);
			here.next("close");
			SampleClient.of("admin", this.port).post("/api/sse/broadcast", EVENT);
			elsewhere.next("news");
		}
	}

	private SseRecorder open() {
		String cookies = ((CookieManager) this.http.cookieHandler().orElseThrow()).getCookieStore()
			.getCookies()
			.stream()
			.map((cookie) -> cookie.getName() + "=" + cookie.getValue())
			.collect(Collectors.joining("; "));
		return SseRecorder.open(uri("/api/sse/connect"), "Cookie", cookies);
	}

	private int signIn(String user, String password) throws Exception {
		return post("/login", "application/x-www-form-urlencoded", "username=" + user + "&password=" + password, me());
	}

	private JsonNode me() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(uri("/me")).build();
		return JsonMapper.shared().readTree(this.http.send(request, HttpResponse.BodyHandlers.ofString()).body());
	}

	private int post(String path, String type, String body, @Nullable JsonNode me)
			throws IOException, InterruptedException {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
			.header("Content-Type", type)
			.POST(HttpRequest.BodyPublishers.ofString(body));
		if (me != null) {
			JsonNode csrf = me.get("csrf");
			request.header(csrf.get("header").asString(), csrf.get("token").asString());
		}
		return this.http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private URI uri(String path) {
		return URI.create("http://localhost:" + this.port + path);
	}

}
