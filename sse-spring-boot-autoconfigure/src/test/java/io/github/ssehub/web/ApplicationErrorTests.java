package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.PublishRejectedException;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.TopicsDisabledException;
import io.github.ssehub.log.EventLogException;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the starter throws in a controller of the application, outside of
 * {@code sse.path}, is answered by the handling that Spring Boot has by default.
 */
@ExtendWith(OutputCaptureExtension.class)
class ApplicationErrorTests {

	@ParameterizedTest
	@EnumSource
	void hasTheStatusOfTheRestApi(TestServer.Kind kind, CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.start(kind,
				Map.of("sse.max-event-size", "1KB", "sse.topics.max-per-connection", "1"), Controller.class)) {
			assertStatus(server, "/publish?topic=a,b", 400);
			assertStatus(server, "/publish?topic=news&event=connected", 400);
			assertStatus(server, "/publish?topic=news&data=" + "x".repeat(2000), 413);
			assertStatus(server, "/stream?topic=a,b", 400);
			assertStatus(server, "/stream?topic=a&topic=b", 400);
			assertStatus(server, "/subscribe?id=nobody&topic=,", 400);
			assertStatus(server, "/throw?kind=topics-disabled", 400);
			assertStatus(server, "/throw?kind=rejected", 503, "5");
			assertStatus(server, "/throw?kind=log", 503, "5");
			assertStatus(server, "/throw?kind=full", 503, "7");
			assertStatus(server, "/throw?kind=user-limit", 429, "7");
		}
		assertThat(output).doesNotContain("\tat io.github.ssehub");
	}

	/**
	 * What is wrong with the data is not the client's fault.
	 */
	@ParameterizedTest
	@EnumSource
	void blamesNoClientForDataThatHasNoJson(TestServer.Kind kind) throws Exception {
		try (TestServer server = TestServer.start(kind, Map.of(), Controller.class)) {
			assertStatus(server, "/throw?kind=no-json", 500);
		}
	}

	private static void assertStatus(TestServer server, String path, int status, String... retryAfter)
			throws Exception {
		HttpResponse<String> response = server.request("GET", path, "alice", null, "Accept", "application/json");
		assertThat(response.statusCode()).as(path + ": " + response.body()).isEqualTo(status);
		assertThat(TestServer.json(response).get("status").intValue()).isEqualTo(status);
		assertThat(response.headers().allValues("Retry-After")).as(path).containsExactly(retryAfter);
	}

	@RestController
	static class Controller {

		private final SsePublisher publisher;

		private final SseConnections connections;

		Controller(SsePublisher publisher, SseConnections connections) {
			this.publisher = publisher;
			this.connections = connections;
		}

		@GetMapping("/publish")
		String publish(@RequestParam("topic") String topic,
				@RequestParam(name = "event", defaultValue = "e") String event,
				@RequestParam(name = "data", defaultValue = "x") String data) {
			return String.valueOf(this.publisher.toTopic(topic, SseEvent.of(event, data)));
		}

		@GetMapping("/stream")
		SseEmitter stream(@RequestParam("topic") String[] topics) {
			SseConnections.Builder connection = this.connections.open();
			for (String topic : topics) {
				connection.topic(topic);
			}
			return connection.build();
		}

		@GetMapping("/subscribe")
		String subscribe(@RequestParam("id") String id, @RequestParam("topic") String topic) {
			return String.valueOf(this.connections.subscribe(id, topic));
		}

		@GetMapping("/throw")
		String fail(@RequestParam("kind") String kind) {
			Map<String, Supplier<RuntimeException>> kinds = Map.of("topics-disabled", TopicsDisabledException::new,
					"rejected", () -> new PublishRejectedException("no room", 1, null), "log",
					() -> new EventLogException("away", null), "full",
					() -> new ConnectionRefusedException(ConnectionRefusedException.Reason.FULL, Duration.ofSeconds(7),
							"full"),
					"user-limit", () -> new ConnectionRefusedException(ConnectionRefusedException.Reason.USER_LIMIT,
							Duration.ofSeconds(7), "too many"),
					"no-json", () -> {
						this.publisher.publish(Target.broadcast(), SseEvent.of("e", new NoJson()));
						return new IllegalStateException("published");
					});
			throw kinds.get(kind).get();
		}

	}

	static class NoJson {

		public String getValue() {
			throw new IllegalStateException("no value");
		}

	}

}
