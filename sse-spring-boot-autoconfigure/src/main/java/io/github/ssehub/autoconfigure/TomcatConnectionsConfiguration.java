package io.github.ssehub.autoconfigure;

import org.apache.catalina.startup.Tomcat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Lets Tomcat take as many connections as the starter does. At its own limit, 8192, the
 * port freezes for everybody, while the starter answers 503.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, TomcatConnectorCustomizer.class })
class TomcatConnectionsConfiguration {

	private static final Log logger = LogFactory.getLog(TomcatConnectionsConfiguration.class);

	static final String PROPERTY = "server.tomcat.max-connections";

	@Bean
	TomcatConnectorCustomizer sseTomcatMaxConnections(SseProperties properties, Environment environment) {
		ServerConnections connections = new ServerConnections(properties.getMaxConnections());
		Integer configured = Binder.get(environment).bind(PROPERTY, Integer.class).orElse(null);
		return (connector) -> {
			if (!(connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol)) {
				return;
			}
			int current = protocol.getMaxConnections();
			if (connections.fitInto(current)) {
				return;
			}
			if (configured != null) {
				logger.warn(connections.warning(PROPERTY, current));
				return;
			}
			protocol.setMaxConnections(connections.required());
			logger.info("Raised %s from %d to %d, above sse.max-connections".formatted(PROPERTY, current,
					connections.required()));
		};
	}

}
