package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.util.Map;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;

import org.springframework.boot.http.converter.autoconfigure.ServerHttpMessageConvertersCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an application does to its own JSON does nothing to the starter's.
 */
@ParameterizedClass
@EnumSource
class OwnJsonTests {

	@Parameter
	private TestServer.Kind kind;

	private TestServer server;

	@AfterEach
	void stop() {
		this.server.close();
	}

	@Test
	void hasItsOwnNamesAndItsNullsWhateverTheMapperOfTheApplicationDoes() throws Exception {
		this.server = TestServer.start(this.kind,
				Map.of("spring.jackson.default-property-inclusion", "non_null", "sse.security.connect", "permit-all"),
				MapperConfiguration.class);
		try (SseRecorder anonymous = SseRecorder.open(this.server.uri("/api/sse/connect"))) {
			assertThat(anonymous.next("connected").data()).startsWith("{\"client_id\":\"")
				.contains("\"user_id\":null")
				.doesNotContain("\n");
			String connection = this.server.request("GET", "/api/sse/connections", "admin", null).body();
			assertThat(connection).startsWith("{\"connections\":[{\"id\":\"").contains("\"user_id\":null");
			assertThat(this.server.post("/api/sse/broadcast", "admin", "{\"data\":1,\"ephemeral\":true}").body())
				.isEqualTo("{\"message\":\"broadcast sent\",\"position\":null,\"recipients\":1,\"duplicate\":false}");
			anonymous.next("message");
			assertThat(this.server.request("GET", "/api/sse/stats", "admin", null).body())
				.startsWith("{\"statistics\":{\"active_connections\":1,");
			assertThat(this.server.request("GET", "/api/sse/nothing", "admin", null).body())
				.isEqualTo("{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
						+ "\"detail\":\"There is no such endpoint\",\"instance\":\"/api/sse/nothing\"}");
			String close = this.server.post("/api/sse/disconnect/" + anonymous.clientId(), "admin", "").body();
			assertThat(close).isEqualTo("{\"message\":\"disconnected\"}");
			assertThat(anonymous.next("close").data()).isEqualTo("{\"reason\":\"disconnected\"}");
		}
	}

	@Test
	void writesTheDataOfEventsByTheMapperOfTheApplication() {
		this.server = TestServer.start(this.kind, Map.of("spring.jackson.default-property-inclusion", "non_null"),
				MapperConfiguration.class);
		try (SseRecorder alice = this.server.connect("alice", "")) {
			alice.next("connected");
			this.server.bean(SsePublisher.class).broadcast(SseEvent.of("order", new Order(7, null)));
			assertThat(alice.next("order").data()).isEqualTo("{\n  \"OrderNumber\" : 7\n}");
		}
	}

	/**
	 * What came as JSON goes on as it is: the mapper of the application would leave out
	 * fields, sort them, and write a number with a million zeros.
	 */
	@Test
	void losesNothingOfTheDataOfARequest() throws Exception {
		this.server = TestServer.start(this.kind, Map.of("spring.jackson.default-property-inclusion", "non_null"),
				MapperConfiguration.class);
		try (SseRecorder alice = this.server.connect("alice", "")) {
			alice.next("connected");
			String data = "{\"z\":null,\"a\":12345678901234567890123,\"m\":1.10,\"huge\":1E+1000000,\"list\":[]}";
			HttpResponse<String> response = this.server.post("/api/sse/broadcast", "admin", "{\"data\":" + data + "}");
			assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
			assertThat(alice.next("message").data()).isEqualTo(data);
		}
	}

	@Test
	void takesStrictJsonAloneWhateverTheMapperOfTheApplicationTakes() throws Exception {
		this.server = TestServer.start(this.kind, Map.of("spring.jackson.json.read.allow-java-comments", "true",
				"spring.jackson.json.read.allow-single-quotes", "true"));
		assertThat(this.server.post("/api/sse/broadcast", "admin", "{'data':1}").statusCode()).isEqualTo(400);
		assertThat(this.server.post("/api/sse/broadcast", "admin", "/* c */{\"data\":1}").statusCode()).isEqualTo(400);
	}

	@Test
	void answersInAnApplicationWithoutAConverterForJson() throws Exception {
		this.server = TestServer.start(this.kind, Map.of(), NoConverterConfiguration.class);
		try (SseRecorder alice = this.server.connect("alice", "?topics=a")) {
			alice.next("connected");
			assertThat(this.server.post("/api/sse/broadcast", "admin", "{\"data\":1}").statusCode()).isEqualTo(200);
			assertThat(this.server.json("/api/sse/stats").at("/statistics/total_connections").intValue()).isOne();
			HttpResponse<String> answer = this.server.request("PUT",
					"/api/sse/connections/" + alice.clientId() + "/topics/b", "alice", null);
			assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
			assertThat(answer.body()).isEqualTo(
					"{\"message\":\"subscribed\",\"client_id\":\"" + alice.clientId() + "\",\"topics\":[\"a\",\"b\"]}");
		}
	}

	@Test
	void answersUnwrappedInAnApplicationThatWrapsEveryBody() throws Exception {
		this.server = TestServer.start(this.kind, Map.of(), WrappingAdvice.class);
		assertThat(this.server.request("GET", "/api/sse/users", "admin", null).body())
			.isEqualTo("{\"users\":[],\"page\":0,\"size\":50,\"total\":0,\"unreachable_nodes\":[]}");
	}

	/**
	 * The event used to go out before the answer was found not to be acceptable.
	 */
	@Test
	void publishesNothingForAClientThatTakesNoAnswer() throws Exception {
		this.server = TestServer.start(this.kind, Map.of());
		try (SseRecorder alice = this.server.connect("alice", "")) {
			alice.next("connected");
			HttpResponse<String> refused = this.server.request("POST", "/api/sse/broadcast", "admin", "{\"data\":1}",
					"Accept", "text/csv");
			assertThat(refused.statusCode()).isEqualTo(406);
			assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			this.server.bean(SsePublisher.class).broadcast(SseEvent.of("last", "x"));
			alice.next("last");
		}
	}

	record Order(int orderNumber, String note) {
	}

	@Configuration(proxyBeanMethods = false)
	static class MapperConfiguration {

		@Bean
		JsonMapperBuilderCustomizer mangle() {
			return (builder) -> builder.propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
				.enable(SerializationFeature.INDENT_OUTPUT)
				.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
				.enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
				.disable(JsonNodeFeature.WRITE_NULL_PROPERTIES);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoConverterConfiguration implements WebMvcConfigurer {

		@Bean
		ServerHttpMessageConvertersCustomizer textOnly() {
			return (builder) -> builder
				.configureMessageConvertersList((converters) -> converters.removeIf(this::writesJson));
		}

		private boolean writesJson(HttpMessageConverter<?> converter) {
			return converter.canWrite(Map.class, MediaType.APPLICATION_JSON);
		}

	}

	@ControllerAdvice
	static class WrappingAdvice implements ResponseBodyAdvice<Object> {

		@Override
		public boolean supports(MethodParameter returnType, Class<? extends HttpMessageConverter<?>> converterType) {
			return true;
		}

		@Override
		public Object beforeBodyWrite(Object body, MethodParameter returnType, MediaType contentType,
				Class<? extends HttpMessageConverter<?>> converterType, ServerHttpRequest request,
				ServerHttpResponse response) {
			return Map.of("code", 0, "body", body);
		}

	}

}
