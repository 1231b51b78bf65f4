package io.github.ssehub.benchmarks.soak;

import java.io.IOException;
import java.security.Principal;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The application under stress. Whoever a request names as its user is its user.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class SoakApplication {

	static final String USER_HEADER = "X-User";

	/** So that a client that stops reading is noticed after kilobytes, not megabytes. */
	private static final int SEND_BUFFER_BYTES = 16 * 1024;

	@Bean
	ConnectionLedger connectionLedger() {
		return new ConnectionLedger();
	}

	@Bean
	OncePerRequestFilter userFilter() {
		return new UserFilter();
	}

	@Bean
	WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> smallTomcatBuffers() {
		return (factory) -> factory.addConnectorCustomizers(
				(connector) -> connector.setProperty("socket.txBufSize", String.valueOf(SEND_BUFFER_BYTES)));
	}

	@Bean
	WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory> smallJettyBuffers() {
		return (factory) -> factory.addServerCustomizers((server) -> {
			for (var connector : server.getConnectors()) {
				if (connector instanceof ServerConnector serverConnector) {
					serverConnector.setAcceptedSendBufferSize(SEND_BUFFER_BYTES);
				}
			}
		});
	}

	private static final class UserFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			String user = request.getHeader(USER_HEADER);
			chain.doFilter((user != null) ? new UserRequest(request, user) : request, response);
		}

	}

	private static final class UserRequest extends HttpServletRequestWrapper {

		private final String user;

		UserRequest(HttpServletRequest request, String user) {
			super(request);
			this.user = user;
		}

		@Override
		public Principal getUserPrincipal() {
			return () -> this.user;
		}

		@Override
		public @Nullable String getRemoteUser() {
			return this.user;
		}

	}

}
