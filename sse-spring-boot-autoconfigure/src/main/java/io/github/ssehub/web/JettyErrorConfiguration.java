package io.github.ssehub.web;

import org.eclipse.jetty.server.Server;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes what Jetty refuses by itself a problem document too.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Server.class, ConfigurableJettyWebServerFactory.class })
class JettyErrorConfiguration {

	/**
	 * The paths and the writer are asked for when there is an error: the server is made
	 * before most beans are.
	 */
	@Bean
	WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> sseJettyErrorCustomizer(
			ObjectProvider<ContainerProblems> problems) {
		return (factory) -> factory.addServerCustomizers((server) -> server
			.setErrorHandler(new ProblemErrorHandler(problems::getObject, server.getErrorHandler())));
	}

}
