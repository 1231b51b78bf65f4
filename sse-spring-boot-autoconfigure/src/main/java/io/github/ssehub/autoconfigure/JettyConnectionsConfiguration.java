package io.github.ssehub.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.server.Server;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Warns when Jetty takes fewer connections than the starter does. Without a setting it
 * takes any number.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Server.class, ConfigurableJettyWebServerFactory.class })
class JettyConnectionsConfiguration {

	private static final Log logger = LogFactory.getLog(JettyConnectionsConfiguration.class);

	static final String PROPERTY = "server.jetty.max-connections";

	@Bean
	WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> sseJettyMaxConnections(SseProperties properties,
			Environment environment) {
		ServerConnections connections = new ServerConnections(properties.getMaxConnections());
		int configured = Binder.get(environment).bind(PROPERTY, Integer.class).orElse(-1);
		return (factory) -> {
			if (!connections.fitInto(configured)) {
				logger.warn(connections.warning(PROPERTY, configured));
			}
		};
	}

}
