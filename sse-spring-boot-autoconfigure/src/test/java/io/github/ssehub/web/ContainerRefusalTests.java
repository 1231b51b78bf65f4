package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.util.EnumMap;
import java.util.Map;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server answers before any controller is asked, and how it labels what the
 * starter writes when the application forces another encoding on its responses.
 */
class ContainerRefusalTests {

	private static final Map<TestServer.Kind, TestServer> servers = new EnumMap<>(TestServer.Kind.class);

	@BeforeAll
	static void start() {
		for (TestServer.Kind kind : TestServer.Kind.values()) {
			servers.put(kind, TestServer.start(kind,
					Map.of("spring.servlet.encoding.charset", "ISO-8859-1", "spring.servlet.encoding.force", "true")));
		}
	}

	@AfterAll
	static void stop() {
		servers.values().forEach(TestServer::close);
		servers.clear();
	}

	// Refusals

	@ParameterizedTest
	@EnumSource
	void answersAPathThatItDoesNotTakeWithAProblem(TestServer.Kind kind) throws Exception {
		for (String path : new String[] { "/topics/a%2Fb/send", "/topics/a%5Cb/send", "/topics/a;b/send",
				"/topics/a%3Bb/send", "/topics/50%25/send", "/topics/../send", "/topics/%2e%2e/send", "/topics/./send",
				"/topics//send", "/connect;a=b" }) {
			assertThat(raw(kind, "POST /api/sse" + path + " HTTP/1.1")).as(path)
				.startsWith("HTTP/1.1 400 ")
				.contains("Content-Type: application/problem+json\r\n", "\"status\":400", "does not take this path",
						"\"instance\":\"/api/sse" + path + "\"}");
		}
	}

	@ParameterizedTest
	@EnumSource
	void answersARequestThatItDoesNotTakeWithAProblem(TestServer.Kind kind) throws Exception {
		assertThat(raw(kind, "GET /api/sse/connect HTTP/1.1\r\nX-Long: " + "x".repeat(20_000)))
			.containsPattern("HTTP/1.1 4(00|31) ")
			.contains("Content-Type: application/problem+json\r\n", "\"instance\":\"/api/sse/connect\"}");
		assertThat(raw(kind, "GET /api/sse/connect HTTP/1.1\r\nTransfer-Encoding: none"))
			.containsPattern("HTTP/1.1 (400|501) ")
			.contains("Content-Type: application/problem+json\r\n")
			.doesNotContain("does not take this path", "its log says why");
		assertThat(raw(kind, "GET /api/sse/connect?topics=%zz HTTP/1.1")).startsWith("HTTP/1.1 400 ")
			.contains("Content-Type: application/problem+json\r\n");
	}

	@ParameterizedTest
	@EnumSource
	void leavesOtherPathsToTheServer(TestServer.Kind kind) throws Exception {
		assertThat(raw(kind, "GET /rest%2F HTTP/1.1")).startsWith("HTTP/1.1 400 ").contains("text/html", "<html");
		assertThat(raw(kind, "GET /api/sseveral%2F HTTP/1.1")).startsWith("HTTP/1.1 400 ").contains("text/html");
	}

	@ParameterizedTest
	@CsvSource({ "TOMCAT,/connect/", "JETTY,/connect/", "TOMCAT,/disconnect/x/", "TOMCAT,/connections/x/topics/y/" })
	void thereIsNothingAtThePathOfAnEndpointWithASlash(TestServer.Kind kind, String path) throws Exception {
		HttpResponse<String> response = servers.get(kind).get("/api/sse" + path, "alice");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
	}

	private static String raw(TestServer.Kind kind, String head) throws Exception {
		return servers.get(kind).raw(head + "\r\nAuthorization: " + SseRecorder.basic("admin", "admin"));
	}

	@ParameterizedTest
	@EnumSource
	void tellsWhereANameGoesThatAPathCannotCarry(TestServer.Kind kind) throws Exception {
		assertThat(raw(kind, "POST /api/sse/topics/a%2Fb/send HTTP/1.1")).contains("in the body of POST /publish");
		assertThat(raw(kind, "PUT /api/sse/connections/x/topics/a%2Fb HTTP/1.1"))
			.contains("in the body of POST /subscriptions");
	}

	@ParameterizedTest
	@CsvSource({ "/topics/caf%C3%A9/send,false", "/a%20b,false", "/a%2fb,true", "/a%5cb,true", "/50%25,true",
			"/a%3bb,true", "/%2E,true", "/a%00,true", "/a;b,true", "/../b,true", "/a.b,false" })
	void explainsOnlyWhatAServerRefuses(String path, boolean explained) {
		assertThat(BadPath.detail("/api/sse" + path) != null).isEqualTo(explained);
	}

	// Encodings

	@ParameterizedTest
	@EnumSource
	void labelsStreamsAndJsonAsWhatTheyAre(TestServer.Kind kind) throws Exception {
		TestServer server = servers.get(kind);
		for (String path : new String[] { "/api/sse/connect", "/chat-entity/lobby" }) {
			SseRecorder alice = server.open(path, "Authorization", SseRecorder.basic("alice", "alice"));
			assertThat(alice.header("Content-Type")).isEqualTo("text/event-stream;charset=UTF-8");
			alice.next("connected");
			server.bean(SsePublisher.class).broadcast(SseEvent.of("m", "Grüße, 世界"));
			assertThat(alice.next("m").data()).isEqualTo("Grüße, 世界");
		}
		assertThat(server.get("/api/sse/stats", "admin").headers().firstValue("Content-Type"))
			.hasValue("application/json");
		assertThat(server.get("/api/sse/connect?topics=a,,b", "alice").headers().firstValue("Content-Type"))
			.hasValue("application/problem+json");
	}

}
