package io.github.ssehub.web;

import java.util.List;
import java.util.Map;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.security.SubscribeAuthorizer;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

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

	@ParameterizedTest
	@EnumSource
	void aChildContextLeavesTheAdaptersOfItsParentAlone(TestServer.Kind server) {
		try (TestServer parent = TestServer.run(server, Map.of(), StreamTestApplication.class)) {
			RequestMappingHandlerAdapter adapter = parent.bean(RequestMappingHandlerAdapter.class);
			List<HandlerMethodReturnValueHandler> before = adapter.getReturnValueHandlers();
			try (TestServer child = parent.startChild(EndpointsApplication.class)) {
				assertThat(child.bean(RequestMappingHandlerAdapter.class)).isNotSameAs(adapter);
				assertThat(adapter.getReturnValueHandlers()).isEqualTo(before);
				SseRecorder alice = SseRecorder.open(child.uri("/api/sse/connect"), "Authorization",
						SseRecorder.basic("alice", "alice"));
				alice.next("connected");
				// The server of the child would wait for it.
				child.bean(SseConnections.class).disconnect(alice.clientId());
				alice.next("close");
			}
			assertThat(adapter.getReturnValueHandlers()).isEqualTo(before);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aChildContextHasAnAuthorizerOfItsOwn(TestServer.Kind server) throws Exception {
		try (TestServer parent = TestServer.run(server, Map.of(), StreamTestApplication.class);
				TestServer child = parent.startChild(AuthorizingApplication.class)) {
			assertThat(child.get("/api/sse/connect?topics=news", "alice").statusCode()).isEqualTo(403);
			SseRecorder alice = parent.connect("alice", "?topics=news");
			alice.next("connected");
			assertThat(child.request("PUT", "/api/sse/connections/" + alice.clientId() + "/topics/more", "alice", null)
				.statusCode()).isEqualTo(403);
		}
	}

	/**
	 * The filter of the parent is on the parent's port.
	 */
	@ParameterizedTest
	@EnumSource
	void letsAdministratorsIntoAChildContextOnlyBehindAFilter(TestServer.Kind server) throws Exception {
		try (TestServer parent = TestServer.run(server, Map.of(), StreamTestApplication.class);
				TestServer open = parent.startChild(OpenApplication.class);
				TestServer secured = parent.startChild(EndpointsApplication.class)) {
			assertThat(open.get("/api/sse/stats", "admin").statusCode()).isEqualTo(404);
			assertThat(open.post("/api/sse/broadcast", "admin", "{\"data\":\"x\"}").statusCode()).isEqualTo(404);
			assertThat(secured.get("/api/sse/stats", null).statusCode()).isEqualTo(401);
			assertThat(secured.get("/api/sse/stats", "admin").statusCode()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aChildContextWithoutAServerStarts(TestServer.Kind server) {
		try (TestServer parent = TestServer.run(server, Map.of("sse.cors.allowed-origins", "https://a.example.com"),
				StreamTestApplication.class);
				ConfigurableApplicationContext child = new SpringApplicationBuilder(ChildApplication.class)
					.parent(parent.context())
					.web(WebApplicationType.NONE)
					.run()) {
			assertThat(child.getBean(SsePublisher.class)).isSameAs(parent.bean(SsePublisher.class));
			assertThat(child.getBeanNamesForType(ConnectionReturnValueHandler.class)).isEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ChildApplication {

	}

	/** Spring Boot gives a child neither of these. */
	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class MvcConfiguration {

		@Bean
		DispatcherServlet dispatcherServlet() {
			return new DispatcherServlet();
		}

		@Bean
		DispatcherServletRegistrationBean dispatcherServletRegistration(
				@Qualifier("dispatcherServlet") DispatcherServlet servlet) {
			return new DispatcherServletRegistrationBean(servlet, "/");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(MvcConfiguration.class)
	static class EndpointsApplication {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(MvcConfiguration.class)
	static class AuthorizingApplication {

		@Bean
		SubscribeAuthorizer nobody() {
			return (principal, topic) -> false;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(exclude = SecurityFilterAutoConfiguration.class)
	@Import(MvcConfiguration.class)
	static class OpenApplication {

	}

}
