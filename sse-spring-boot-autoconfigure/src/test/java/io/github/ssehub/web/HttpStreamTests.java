package io.github.ssehub.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a client sees over HTTP, on every supported server.
 */
@SpringBootTest(classes = StreamTestApplication.class, webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
abstract class HttpStreamTests {

	@LocalServerPort
	int port;

	@Test
	void connectsAndDelivers() throws Exception {
		try (SseRecorder alice = connect("alice", "?topics=news")) {
			assertThat(alice.status()).isEqualTo(200);
			assertThat(alice.next("connected").data()).contains(alice.clientId());
			assertThat(post("/broadcast", "{\"event\":\"e\",\"data\":\"hello\"}").statusCode()).isEqualTo(200);
			assertThat(alice.next("e").data()).isEqualTo("hello");
		}
	}

	SseRecorder connect(String user, String query) {
		return SseRecorder.open(uri("/connect" + query), "Authorization", SseRecorder.basic(user, user));
	}

	HttpResponse<String> post(String path, String body) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri(path))
				.header("Authorization", SseRecorder.basic("admin", "admin"))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers.ofString(body))
				.build(), HttpResponse.BodyHandlers.ofString());
	}

	URI uri(String path) {
		return URI.create("http://localhost:" + this.port + "/api/sse" + path);
	}

}
