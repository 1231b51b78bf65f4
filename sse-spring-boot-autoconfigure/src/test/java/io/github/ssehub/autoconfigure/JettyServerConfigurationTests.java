package io.github.ssehub.autoconfigure;

import java.util.function.ToIntFunction;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a running Jetty was told.
 */
@ExtendWith(OutputCaptureExtension.class)
class JettyServerConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner(
			AnnotationConfigServletWebServerApplicationContext::new)
		.withConfiguration(AutoConfigurations.of(JettyServletWebServerAutoConfiguration.class,
				JacksonAutoConfiguration.class, SseAutoConfiguration.class, SseServerAutoConfiguration.class))
		.withPropertyValues("server.port=0");

	@Test
	void leavesTheSendBufferAsItIsUnlessTheApplicationSetsIt() {
		assertSendBuffer(this.contextRunner,
				new ServerConnector(new org.eclipse.jetty.server.Server()).getAcceptedSendBufferSize());
		assertSendBuffer(this.contextRunner.withPropertyValues("sse.jetty.send-buffer-size=64KB"), 65536);
	}

	@Test
	void letsClientsThatConnectAtOnceWait() {
		assertConnector(this.contextRunner, ServerConnector::getAcceptQueueSize, 4096);
	}

	@Test
	void leavesTheAcceptQueueThatTheApplicationSets() {
		assertConnector(this.contextRunner.withUserConfiguration(ShortAcceptQueue.class),
				ServerConnector::getAcceptQueueSize, 7);
	}

	@Test
	void keepsTheIdleTimeoutAboveTheHeartbeats() {
		assertIdleTimeout(this.contextRunner, 45_000);
		assertIdleTimeout(this.contextRunner.withPropertyValues("sse.heartbeat.interval=2m"), 180_000);
		assertIdleTimeout(this.contextRunner.withPropertyValues("sse.heartbeat.interval=5s"), 30_000);
	}

	@Test
	void leavesTheIdleTimeoutThatTheApplicationSetsAndWarns(CapturedOutput output) {
		WebApplicationContextRunner configured = this.contextRunner
			.withPropertyValues("server.jetty.connection-idle-timeout=20s");
		assertIdleTimeout(configured.withPropertyValues("sse.heartbeat.interval=15s"), 20_000);
		assertIdleTimeout(this.contextRunner.withPropertyValues("server.jetty.connection-idle-timeout=0s"), 0);
		assertThat(output).doesNotContain("Jetty's idle timeout");
		assertIdleTimeout(configured, 20_000);
		assertThat(output).contains(
				"Jetty's idle timeout of 20s may end idle streams: set server.jetty.connection-idle-timeout above sse.heartbeat.interval=30s");
	}

	private static void assertIdleTimeout(WebApplicationContextRunner contextRunner, int expectedMillis) {
		assertConnector(contextRunner, (connector) -> (int) connector.getIdleTimeout(), expectedMillis);
	}

	private static void assertSendBuffer(WebApplicationContextRunner contextRunner, int expected) {
		assertConnector(contextRunner, ServerConnector::getAcceptedSendBufferSize, expected);
	}

	private static void assertConnector(WebApplicationContextRunner contextRunner,
			ToIntFunction<ServerConnector> property, int expected) {
		contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			JettyWebServer server = (JettyWebServer) context
				.getSourceApplicationContext(AnnotationConfigServletWebServerApplicationContext.class)
				.getWebServer();
			assertThat(server.getServer().getConnectors()).hasOnlyElementsOfType(ServerConnector.class)
				.extracting((connector) -> property.applyAsInt((ServerConnector) connector))
				.containsOnly(expected);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ShortAcceptQueue {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> shortAcceptQueue() {
			return (factory) -> factory.addServerCustomizers((server) -> {
				for (Connector connector : server.getConnectors()) {
					((ServerConnector) connector).setAcceptQueueSize(7);
				}
			});
		}

	}

}
