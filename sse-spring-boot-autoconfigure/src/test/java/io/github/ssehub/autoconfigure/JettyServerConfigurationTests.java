package io.github.ssehub.autoconfigure;

import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jetty.JettyWebServer;
import org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a running Jetty was told.
 */
class JettyServerConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner(
			AnnotationConfigServletWebServerApplicationContext::new)
		.withConfiguration(AutoConfigurations.of(JettyServletWebServerAutoConfiguration.class,
				JacksonAutoConfiguration.class, SseAutoConfiguration.class))
		.withPropertyValues("server.port=0");

	@Test
	void leavesTheSendBufferAsItIsUnlessTheApplicationSetsIt() {
		assertSendBuffer(this.contextRunner,
				new ServerConnector(new org.eclipse.jetty.server.Server()).getAcceptedSendBufferSize());
		assertSendBuffer(this.contextRunner.withPropertyValues("sse.jetty.send-buffer-size=64KB"), 65536);
	}

	private static void assertSendBuffer(WebApplicationContextRunner contextRunner, int expected) {
		contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			JettyWebServer server = (JettyWebServer) context
				.getSourceApplicationContext(AnnotationConfigServletWebServerApplicationContext.class)
				.getWebServer();
			assertThat(server.getServer().getConnectors()).hasOnlyElementsOfType(ServerConnector.class)
				.extracting((connector) -> ((ServerConnector) connector).getAcceptedSendBufferSize())
				.containsOnly(expected);
		});
	}

}
