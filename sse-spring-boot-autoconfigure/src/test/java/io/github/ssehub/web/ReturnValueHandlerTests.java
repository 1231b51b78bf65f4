package io.github.ssehub.web;

import java.util.List;
import java.util.Map;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.config.annotation.EnableWebMvc;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurationSupport;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;
import org.springframework.web.servlet.mvc.method.annotation.RequestResponseBodyMethodProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that set up Spring MVC in their own way.
 */
class ReturnValueHandlerTests {

	static List<Arguments> configurations() {
		return List.of(Arguments.of(TestServer.Kind.TOMCAT, SupportConfiguration.class),
				Arguments.of(TestServer.Kind.JETTY, SupportConfiguration.class),
				Arguments.of(TestServer.Kind.TOMCAT, EnabledConfiguration.class),
				Arguments.of(TestServer.Kind.TOMCAT, AdapterConfiguration.class));
	}

	@ParameterizedTest
	@MethodSource("configurations")
	void takesConnectionsHoweverSpringMvcIsSetUp(TestServer.Kind kind, Class<?> configuration) throws Exception {
		try (TestServer server = TestServer.start(kind, Map.of(), configuration)) {
			SseRecorder own = server.open("/api/sse/connect", "Authorization", SseRecorder.basic("alice", "alice"));
			own.next("connected");
			SseRecorder ofController = server.open("/chat/lobby", "Authorization", SseRecorder.basic("alice", "alice"));
			assertThat(ofController.next("connected").data()).contains("alice");
			server.bean(SsePublisher.class).broadcast(SseEvent.of("m", "hello"));
			assertThat(own.next("m").data()).isEqualTo("hello");
			// Other entities are left to the other handlers.
			assertThat(server.get("/actuator/health", "alice").body()).contains("\"status\"");
			assertThat(server.get("/api/sse/connect?topics=a,,b", "alice").body()).contains("\"status\":400");
			assertThat(server.get("/api/sse/nothing", "admin").body()).contains("\"status\":404");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class SupportConfiguration extends WebMvcConfigurationSupport {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebMvc
	static class EnabledConfiguration {

	}

	/** An adapter with handlers of its own, which knows no emitter at all. */
	@Configuration(proxyBeanMethods = false)
	static class AdapterConfiguration {

		@Bean
		WebMvcRegistrations registrations() {
			return new WebMvcRegistrations() {

				@Override
				public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
					return new RequestMappingHandlerAdapter() {

						@Override
						public void afterPropertiesSet() {
							setReturnValueHandlers(
									List.of(new RequestResponseBodyMethodProcessor(getMessageConverters())));
							super.afterPropertiesSet();
						}

					};
				}

			};
		}

	}

}
