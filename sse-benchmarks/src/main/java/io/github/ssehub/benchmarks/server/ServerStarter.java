package io.github.ssehub.benchmarks.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Starts an application of the benchmark on a free port and takes orders for it.
 */
public final class ServerStarter {

	private static final String TOMCAT = "org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration";

	private static final String JETTY = "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration";

	private static final List<String> REACTIVE_OTHERS = List.of(
			"org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration",
			"org.springframework.boot.jetty.autoconfigure.reactive.JettyReactiveWebServerAutoConfiguration");

	private static final String STARTER = "io.github.ssehub.autoconfigure.SseAutoConfiguration";

	private static final String STARTER_WEB = "io.github.ssehub.web.SseWebAutoConfiguration";

	private ServerStarter() {
	}

	/**
	 * Starts and serves until the input ends.
	 * @param application the application's configuration, with a bean of type
	 * {@link Publications}
	 * @param args {@code --} properties, and {@code jetty} for Jetty
	 */
	static void run(Class<?> application, boolean reactive, boolean starter, String... args) throws IOException {
		ConfigurableApplicationContext context = start(application, reactive, starter, args);
		new ServerControl(context.getBean(Publications.class)).run(port(context));
	}

	/**
	 * Starts an application.
	 * @param application its configuration
	 * @param reactive whether it runs on Netty
	 * @param starter whether the starter takes part
	 * @param args {@code --} properties, and {@code jetty} for Jetty
	 * @return the running application
	 */
	public static ConfigurableApplicationContext start(Class<?> application, boolean reactive, boolean starter,
			String... args) {
		List<String> arguments = new ArrayList<>(List.of(args));
		boolean jetty = arguments.remove("jetty");
		List<String> excluded = new ArrayList<>();
		if (reactive) {
			excluded.addAll(REACTIVE_OTHERS);
		}
		else {
			excluded.add(jetty ? TOMCAT : JETTY);
		}
		if (!starter) {
			excluded.addAll(List.of(STARTER, STARTER_WEB));
		}
		return new SpringApplicationBuilder(application)
			.web(reactive ? WebApplicationType.REACTIVE : WebApplicationType.SERVLET)
			.properties(Map.of("spring.autoconfigure.exclude", String.join(",", excluded), "server.port", 0,
					"server.address", "127.0.0.1", "server.tomcat.max-connections", 20_000, "spring.main.banner-mode",
					"off", "spring.mvc.async.request-timeout", "-1"))
			.run(arguments.toArray(String[]::new));
	}

	/**
	 * The port an application listens on.
	 * @param context the application
	 * @return the port
	 */
	public static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

}
