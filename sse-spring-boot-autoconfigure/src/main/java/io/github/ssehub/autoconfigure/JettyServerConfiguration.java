package io.github.ssehub.autoconfigure;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Fits Jetty to many long responses. Without a setting it takes any number of
 * connections, and its idle timeout ends a client that takes nothing.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Server.class, ConfigurableJettyWebServerFactory.class })
class JettyServerConfiguration {

	private static final Log logger = LogFactory.getLog(JettyServerConfiguration.class);

	static final String MAX_CONNECTIONS = "server.jetty.max-connections";

	/** Stands for the 50 of the Java library. */
	private static final int JETTY_ACCEPT_QUEUE = 0;

	@Bean
	WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> sseJettyCustomizer(SseProperties properties,
			Environment environment) {
		ServerConnections connections = new ServerConnections(properties.getMaxConnections());
		int configured = Binder.get(environment).bind(MAX_CONNECTIONS, Integer.class).orElse(-1);
		DataSize sendBuffer = properties.getJetty().getSendBufferSize();
		JettyIdleTimeout idleTimeout = new JettyIdleTimeout(properties.getHeartbeat().getInterval(),
				Binder.get(environment).bind(JettyIdleTimeout.SERVER_PROPERTY, Duration.class).isBound());
		return (factory) -> {
			if (!connections.fitInto(configured)) {
				logger.warn(connections.warning(MAX_CONNECTIONS, configured));
			}
			factory.addServerCustomizers((server) -> customize(server, sendBuffer, idleTimeout));
		};
	}

	private static void customize(Server server, @Nullable DataSize sendBuffer, JettyIdleTimeout idleTimeout) {
		for (Connector connector : server.getConnectors()) {
			if (connector instanceof ServerConnector serverConnector) {
				customize(serverConnector, sendBuffer);
			}
			if (connector instanceof AbstractConnector abstractConnector) {
				idleTimeout.customize(abstractConnector);
			}
		}
	}

	private static void customize(ServerConnector connector, @Nullable DataSize sendBuffer) {
		if (connector.getAcceptQueueSize() == JETTY_ACCEPT_QUEUE) {
			connector.setAcceptQueueSize(ServerConnections.ACCEPT_QUEUE);
		}
		if (sendBuffer != null) {
			connector.setAcceptedSendBufferSize((int) sendBuffer.toBytes());
		}
	}

}
