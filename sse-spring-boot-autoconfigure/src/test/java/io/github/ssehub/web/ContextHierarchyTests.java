package io.github.ssehub.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.test.SseRecorder;
import io.github.ssehub.web.RunningApplication.Server;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts below one that has the starter.
 */
@ExtendWith(OutputCaptureExtension.class)
class ContextHierarchyTests {

	@ParameterizedTest
	@EnumSource
	void aChildContextSharesTheHubOfItsParent(Server server, CapturedOutput output) throws Exception {
		try (RunningApplication parent = RunningApplication.start(server, Map.of(), StreamTestApplication.class)) {
			SseRecorder ofParent = open(parent);
			try (RunningApplication child = parent.startChild(ChildApplication.class)) {
				assertThat(child.uri("")).isNotEqualTo(parent.uri(""));
				assertThat(child.bean(SseHub.class)).isSameAs(parent.bean(SseHub.class));
				SseRecorder ofChild = open(child);
				parent.bean(SsePublisher.class).broadcast(SseEvent.of("from-parent", "x"));
				child.context().publishEvent(SsePublication.now(Target.broadcast(), SseEvent.of("from-child", "x")));
				child.bean(SsePublisher.class).broadcast(SseEvent.of("last", "x"));
				for (SseRecorder recorder : new SseRecorder[] { ofParent, ofChild }) {
					recorder.next("from-parent");
					recorder.next("from-child");
					recorder.next("last");
				}
				assertThat(parent.bean(MeterRegistry.class).get("sse.active.connections").gauge().value()).isEqualTo(2);
				assertThat(child.send("GET", "/api/sse/stats", "").statusCode()).isEqualTo(401);
				assertThat(child.send("GET", "/api/sse/stats", "", "Authorization", SseRecorder.basic("admin", "admin"))
					.body()).contains("\"active_connections\":2");
				child.close();
				assertThat(ofChild.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
			}
			assertThat(output).doesNotContain("Graceful shutdown aborted");
			parent.bean(SsePublisher.class).broadcast(SseEvent.of("goes-on", "x"));
			ofParent.next("goes-on");
			assertThat(parent.bean(SseConnections.class).count()).isOne();
		}
	}

	@ParameterizedTest
	@EnumSource
	void aParentContextThatIsClosedTakesItsChildAlong(Server server, CapturedOutput output) {
		RunningApplication parent = RunningApplication.start(server, Map.of(), StreamTestApplication.class);
		SseRecorder ofParent = open(parent);
		SseRecorder ofChild = open(parent.startChild(ChildApplication.class));
		parent.close();
		assertThat(ofChild.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
		assertThat(ofParent.awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
		assertThat(output).doesNotContain("Graceful shutdown aborted");
	}

	@ParameterizedTest
	@EnumSource
	void startsWithAPortForManagement(Server server) throws Exception {
		try (RunningApplication application = RunningApplication.start(server,
				Map.of("management.server.port", "0", "management.endpoints.web.exposure.include", "*"),
				StreamTestApplication.class)) {
			SseRecorder alice = open(application);
			String port = application.context().getEnvironment().getProperty("local.management.port");
			HttpResponse<String> endpoint = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/sse"))
					.header("Authorization", SseRecorder.basic("admin", "admin"))
					.build(), HttpResponse.BodyHandlers.ofString());
			assertThat(endpoint.statusCode()).isEqualTo(200);
			assertThat(endpoint.body()).contains("\"connections\":1");
			application.bean(SsePublisher.class).broadcast(SseEvent.of("news", "x"));
			alice.next("news");
		}
	}

	private static SseRecorder open(RunningApplication application) {
		SseRecorder recorder = SseRecorder.open(application.uri("/api/sse/connect"), "Authorization",
				SseRecorder.basic("alice", "alice"));
		recorder.next("connected");
		return recorder;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ChildApplication {

	}

}
