package io.github.ssehub.autoconfigure;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A server with all properties at one end of their ranges streams as every other.
 */
class PropertyBoundsStreamTests {

	private static final String TOMCAT = "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration";

	private static final String JETTY = "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration";

	@ParameterizedTest
	@ValueSource(strings = { TOMCAT, JETTY })
	void deliversWithTheLeastOfEverything(String otherServer) {
		Map<String, Object> properties = all(PropertyRange::least);
		// No event fits into a byte, and a lifetime of a second is over too soon for this
		// test.
		properties.keySet()
			.removeAll(List.of("sse.max-event-size", "sse.buffer.bytes", "sse.source.redis.queue-bytes",
					"sse.max-lifetime"));
		try (ConfigurableApplicationContext context = start(otherServer, properties)) {
			SseRecorder client = connect(context, "");
			client.next("connected");
			publish(context, "first");
			SseRecorder.Event first = client.next("first");
			client.close();
			publish(context, "missed");
			SseRecorder again = connect(context, "&lastEventId=" + first.id());
			again.next("connected");
			assertThat(again.next("reset").data()).contains("evicted");
			publish(context, "second");
			again.next("second");
			again.assertExhausted();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { TOMCAT, JETTY })
	void deliversWithTheMostOfEverything(String otherServer) {
		Map<String, Object> properties = all(PropertyRange::most);
		try (ConfigurableApplicationContext context = start(otherServer, properties)) {
			SseRecorder client = connect(context, "");
			client.next("connected");
			assertThat(client.retry()).isEqualTo("86400000");
			publish(context, "first");
			SseRecorder.Event first = client.next("first");
			context.getBean(SseConnections.class).disconnect(client.clientId());
			client.next("close");
			publish(context, "missed");
			SseRecorder again = connect(context, "&lastEventId=" + first.id());
			again.next("connected");
			again.next("missed");
			// The wait of the batch interval is a second, and others go first.
			publish(context, "second");
			again.next("second");
			again.assertExhausted();
			again.close();
			context.getBean(SseConnections.class).disconnect(again.clientId());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { TOMCAT, JETTY })
	void endsAConnectionAfterTheShortestLifetime(String otherServer) {
		try (ConfigurableApplicationContext context = start(otherServer, Map.of("sse.max-lifetime", "1s"))) {
			assertThat(connect(context, "").awaitEnd()).isEqualTo(SseRecorder.Ending.CLEAN);
		}
	}

	private static Map<String, Object> all(Function<PropertyRange<?>, Object> bound) {
		Map<String, Object> properties = new LinkedHashMap<>();
		PropertyChecks.ranges()
			.forEach((range) -> properties.put(range.property(), PropertyText.of(bound.apply(range))));
		return properties;
	}

	private static ConfigurableApplicationContext start(String otherServer, Map<String, Object> properties) {
		Map<String, Object> all = new LinkedHashMap<>(properties);
		all.put("server.port", "0");
		all.put("sse.security.connect", "permit-all");
		all.put("spring.autoconfigure.exclude", otherServer);
		SpringApplication application = new SpringApplication(BoundsConfiguration.class);
		application.setDefaultProperties(all);
		return application.run();
	}

	private static SseRecorder connect(ConfigurableApplicationContext context, String query) {
		return SseRecorder.open(URI.create("http://localhost:%s/api/sse/connect?topics=t%s"
			.formatted(context.getEnvironment().getProperty("local.server.port"), query)));
	}

	private static void publish(ConfigurableApplicationContext context, String name) {
		context.getBean(SsePublisher.class).toTopic("t", SseEvent.of(name, "x"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class BoundsConfiguration {

	}

}
