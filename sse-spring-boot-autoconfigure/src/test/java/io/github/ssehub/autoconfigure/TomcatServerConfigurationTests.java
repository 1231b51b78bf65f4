package io.github.ssehub.autoconfigure;

import java.util.function.Consumer;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http2.Http2Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a running Tomcat was told.
 */
@ExtendWith(OutputCaptureExtension.class)
class TomcatServerConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner(
			AnnotationConfigServletWebServerApplicationContext::new)
		.withConfiguration(AutoConfigurations.of(TomcatServletWebServerAutoConfiguration.class,
				JacksonAutoConfiguration.class, SseAutoConfiguration.class, SseServerAutoConfiguration.class))
		.withPropertyValues("server.port=0");

	@Test
	void givesUpStalledClientsEarlierAndLeavesTheOtherTimeoutsAsTheyWere(CapturedOutput output) {
		run(this.contextRunner, (protocol) -> {
			assertThat(protocol.getConnectionTimeout()).isEqualTo(20_000);
			assertThat(protocol.getKeepAliveTimeout()).isEqualTo(60_000);
			assertThat(protocol.getDisableUploadTimeout()).isFalse();
			assertThat(protocol.getConnectionUploadTimeout()).isEqualTo(60_000);
			assertThat(output)
				.containsOnlyOnce("Changed Tomcat's write timeout from 1m to 20s by sse.tomcat.write-timeout");
		});
	}

	@Test
	void takesTheWriteTimeoutOfTheApplication() {
		run(this.contextRunner.withPropertyValues("sse.tomcat.write-timeout=90s"), (protocol) -> {
			assertThat(protocol.getConnectionTimeout()).isEqualTo(90_000);
			assertThat(protocol.getKeepAliveTimeout()).isEqualTo(60_000);
			assertThat(protocol.getConnectionUploadTimeout()).isEqualTo(60_000);
		});
	}

	@Test
	void changesNothingWhenTomcatHasTheWriteTimeoutAlready(CapturedOutput output) {
		run(this.contextRunner.withPropertyValues("sse.tomcat.write-timeout=60s"), (protocol) -> {
			assertUntouched(protocol, 60_000);
			assertThat(output).doesNotContain("sse.tomcat.write-timeout");
		});
	}

	@ParameterizedTest
	@ValueSource(ints = { 5_000, 60_000, -1 })
	void keepsTheConnectionTimeoutThatTheApplicationSet(int millis, CapturedOutput output) {
		run(this.contextRunner.withPropertyValues("server.tomcat.connection-timeout=" + millis + "ms"), (protocol) -> {
			assertUntouched(protocol, millis);
			assertThat(output).doesNotContain("write-timeout");
		});
	}

	@Test
	void warnsWhenTheConnectionTimeoutHidesTheWriteTimeout(CapturedOutput output) {
		run(this.contextRunner.withPropertyValues("server.tomcat.connection-timeout=5s",
				"sse.tomcat.write-timeout=10s"), (protocol) -> {
					assertUntouched(protocol, 5_000);
					assertThat(output).contains("WARN")
						.contains("sse.tomcat.write-timeout=10s has no effect")
						.contains("timeout to 5s");
				});
	}

	@Test
	void keepsTheConnectionTimeoutOfACustomizerOfTheApplication() {
		run(this.contextRunner.withUserConfiguration(ConnectionTimeoutConfiguration.class),
				(protocol) -> assertUntouched(protocol, 7_000));
	}

	@Test
	void keepsTheOtherTimeoutsThatTheApplicationSet() {
		run(this.contextRunner.withUserConfiguration(UploadTimeoutConfiguration.class)
			.withPropertyValues("server.tomcat.keep-alive-timeout=8s"), (protocol) -> {
				assertThat(protocol.getConnectionTimeout()).isEqualTo(20_000);
				assertThat(protocol.getKeepAliveTimeout()).isEqualTo(8_000);
				assertThat(protocol.getDisableUploadTimeout()).isFalse();
				assertThat(protocol.getConnectionUploadTimeout()).isEqualTo(9_000);
			});
	}

	@Test
	void saysWhatItChangesInOneShortLineEach(CapturedOutput output) {
		run(this.contextRunner, (protocol) -> {
		});
		run(this.contextRunner.withPropertyValues("server.tomcat.max-connections=100",
				"server.tomcat.connection-timeout=-1", "sse.tomcat.write-timeout=10s"), (protocol) -> {
				});
		assertThat(output.toString().lines())
			.filteredOn((line) -> line.matches(".*\\bTomcat(MaxConnections|AcceptCount|WriteTimeout)\\b.*"))
			.extracting((line) -> line.replaceFirst(".*?( -- | : )", ""))
			.hasSize(6)
			.allSatisfy((message) -> assertThat(message).hasSizeLessThan(120));
	}

	@Test
	void leavesTheTimeoutsOfHttp2AsTheyAre() {
		Http2Protocol untouched = new Http2Protocol();
		run(this.contextRunner.withPropertyValues("server.http2.enabled=true", "sse.tomcat.write-timeout=1s"),
				(protocol) -> assertThat(protocol.findUpgradeProtocols()).singleElement()
					.isInstanceOfSatisfying(Http2Protocol.class, (http2) -> {
						assertThat(http2.getStreamWriteTimeout()).isEqualTo(untouched.getStreamWriteTimeout());
						assertThat(http2.getWriteTimeout()).isEqualTo(untouched.getWriteTimeout());
						assertThat(http2.getKeepAliveTimeout()).isEqualTo(untouched.getKeepAliveTimeout());
					}));
	}

	@Test
	void leavesTheBuffersAsTheyAreUnlessTheApplicationSetsThem() {
		run(this.contextRunner, (protocol) -> {
			assertThat(protocol.getProperty(TomcatBuffers.SEND_BUFFER)).isEqualTo("0");
			assertThat(protocol.getProperty(TomcatBuffers.READ_BUFFER)).isEqualTo("8192");
		});
		run(this.contextRunner.withPropertyValues("sse.tomcat.send-buffer-size=64KB",
				"sse.tomcat.read-buffer-size=1KB"), (protocol) -> {
					assertThat(protocol.getProperty(TomcatBuffers.SEND_BUFFER)).isEqualTo("65536");
					assertThat(protocol.getProperty(TomcatBuffers.READ_BUFFER)).isEqualTo("1024");
				});
	}

	@Test
	void letsClientsThatConnectAtOnceWait(CapturedOutput output) {
		run(this.contextRunner, (protocol) -> assertThat(protocol.getAcceptCount()).isEqualTo(4096));
		assertThat(output).contains("Raised server.tomcat.accept-count from 100 to 4096");
	}

	@ParameterizedTest
	@ValueSource(ints = { 7, 100 })
	void keepsTheAcceptCountThatTheApplicationSet(int count) {
		run(this.contextRunner.withPropertyValues("server.tomcat.accept-count=" + count),
				(protocol) -> assertThat(protocol.getAcceptCount()).isEqualTo(count));
	}

	private static void assertUntouched(AbstractHttp11Protocol<?> protocol, int connectionTimeout) {
		assertThat(protocol.getConnectionTimeout()).isEqualTo(connectionTimeout);
		assertThat(protocol.getKeepAliveTimeout()).isEqualTo(connectionTimeout);
		assertThat(protocol.getDisableUploadTimeout()).isTrue();
	}

	private static void run(WebApplicationContextRunner contextRunner, Consumer<AbstractHttp11Protocol<?>> assertions) {
		contextRunner.run((context) -> {
			assertThat(context).hasNotFailed();
			TomcatWebServer server = (TomcatWebServer) context
				.getSourceApplicationContext(AnnotationConfigServletWebServerApplicationContext.class)
				.getWebServer();
			Connector connector = server.getTomcat().getConnector();
			assertions.accept((AbstractHttp11Protocol<?>) connector.getProtocolHandler());
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectionTimeoutConfiguration {

		@Bean
		TomcatConnectorCustomizer connectionTimeout() {
			return (connector) -> connector.setProperty("connectionTimeout", "7000");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UploadTimeoutConfiguration {

		@Bean
		TomcatConnectorCustomizer uploadTimeout() {
			return (connector) -> {
				connector.setProperty("disableUploadTimeout", "false");
				connector.setProperty("connectionUploadTimeout", "9000");
			};
		}

	}

}
