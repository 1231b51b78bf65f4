package io.github.ssehub.web;

import org.apache.catalina.Context;
import org.apache.catalina.Pipeline;
import org.apache.catalina.Valve;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Makes what Tomcat refuses by itself a problem document too.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass({ Tomcat.class, ConfigurableTomcatWebServerFactory.class })
class TomcatErrorConfiguration {

	/**
	 * The paths and the writer are asked for when there is an error: the server is made
	 * before most beans are.
	 */
	@Bean
	WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> sseTomcatErrorCustomizer(
			ObjectProvider<ContainerProblems> problems) {
		return (factory) -> factory
			.addContextCustomizers((context) -> addValve(context, new ProblemErrorReportValve(problems::getObject)));
	}

	/**
	 * The innermost valve reports. The host would add its own behind ours if it found
	 * none.
	 */
	private static void addValve(Context context, ProblemErrorReportValve valve) {
		Pipeline pipeline = context.getParent().getPipeline();
		if (context.getParent() instanceof StandardHost host
				&& ErrorReportValve.class.getName().equals(host.getErrorReportValveClass())
				&& !hasErrorReport(pipeline)) {
			pipeline.addValve(new ErrorReportValve());
		}
		pipeline.addValve(valve);
	}

	private static boolean hasErrorReport(Pipeline pipeline) {
		for (Valve valve : pipeline.getValves()) {
			if (valve.getClass() == ErrorReportValve.class) {
				return true;
			}
		}
		return false;
	}

}
