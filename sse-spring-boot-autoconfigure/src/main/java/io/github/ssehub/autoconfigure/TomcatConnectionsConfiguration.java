package io.github.ssehub.autoconfigure;

import org.apache.catalina.startup.Tomcat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Lets Tomcat take as many connections as the starter does. At its own limit, 8192, the
 * port freezes for everybody, while the starter answers 503.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, ConfigurableTomcatWebServerFactory.class })
class TomcatConnectionsConfiguration {

	private static final Log logger = LogFactory.getLog(TomcatConnectionsConfiguration.class);

	static final String PROPERTY = "server.tomcat.max-connections";

	@Bean
	WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sseTomcatMaxConnections(SseProperties properties,
			Environment environment) {
		ServerConnections connections = new ServerConnections(properties.getMaxConnections());
		boolean configured = Binder.get(environment).bind(PROPERTY, Integer.class).isBound();
		// Added to the factory by a customizer without an order, and so after Boot's own,
		// which sets the default.
		return (factory) -> factory.addConnectorCustomizers((connector) -> {
			if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
				customize(protocol, connections, configured);
			}
		});
	}

	private static void customize(AbstractProtocol<?> protocol, ServerConnections connections, boolean configured) {
		int current = protocol.getMaxConnections();
		if (connections.fitInto(current)) {
			return;
		}
		if (configured) {
			logger.warn(connections.warning(PROPERTY, current));
			return;
		}
		protocol.setMaxConnections(connections.required());
		logger.info("Raised %s from %d to %d, above sse.max-connections".formatted(PROPERTY, current,
				connections.required()));
	}

}
