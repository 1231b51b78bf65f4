package io.github.ssehub.web;

import java.util.Map;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Contexts below one that has the starter.
 */
class ContextHierarchyTests {

	@ParameterizedTest
	@EnumSource
	void aChildContextSharesTheHubOfItsParent(TestServer.Kind server) {
		try (TestServer parent = TestServer.run(server, Map.of(), StreamTestApplication.class)) {
			SseRecorder alice = SseRecorder.open(parent.uri("/api/sse/connect"), "Authorization",
					SseRecorder.basic("alice", "alice"));
			alice.next("connected");
			try (TestServer child = parent.startChild(ChildApplication.class)) {
				assertThat(child.uri("")).isNotEqualTo(parent.uri(""));
				assertThat(child.bean(SseHub.class)).isSameAs(parent.bean(SseHub.class));
				child.context().publishEvent(SsePublication.now(Target.broadcast(), SseEvent.of("event", "x")));
				child.bean(SsePublisher.class).broadcast(SseEvent.of("last", "x"));
				alice.next("event");
				alice.next("last");
			}
			parent.bean(SsePublisher.class).broadcast(SseEvent.of("goes-on", "x"));
			alice.next("goes-on");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ChildApplication {

	}

}
