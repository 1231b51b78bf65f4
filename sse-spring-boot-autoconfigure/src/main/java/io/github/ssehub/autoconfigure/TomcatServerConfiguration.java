package io.github.ssehub.autoconfigure;

import java.time.Duration;

import org.apache.catalina.startup.Tomcat;

import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Fits Tomcat to many long responses.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, ConfigurableTomcatWebServerFactory.class })
class TomcatServerConfiguration {

	@Bean
	WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sseTomcatCustomizer(SseProperties properties,
			Environment environment) {
		Binder binder = Binder.get(environment);
		SseProperties.Tomcat tomcat = properties.getTomcat();
		TomcatMaxConnections maxConnections = new TomcatMaxConnections(
				new ServerConnections(properties.getMaxConnections()),
				binder.bind(TomcatMaxConnections.PROPERTY, Integer.class).isBound());
		TomcatWriteTimeout writeTimeout = new TomcatWriteTimeout(tomcat.getWriteTimeout(),
				binder.bind(TomcatWriteTimeout.PROPERTY, Duration.class).isBound(),
				binder.bind(TomcatWriteTimeout.SERVER_PROPERTY, Duration.class).isBound());
		TomcatAcceptCount acceptCount = new TomcatAcceptCount(
				binder.bind(TomcatAcceptCount.PROPERTY, Integer.class).isBound());
		TomcatBuffers buffers = new TomcatBuffers(tomcat.getSendBufferSize(), tomcat.getReadBufferSize());
		// Added to the factory by a customizer without an order, and so after Boot's own
		// and those of the application: what they set is seen.
		return (factory) -> factory.addConnectorCustomizers(maxConnections, acceptCount, writeTimeout, buffers);
	}

}
