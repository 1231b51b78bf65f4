package io.github.ssehub.sample;

import io.github.ssehub.SseConnections;
import io.github.ssehub.security.SseCsrfRequestMatcher;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;

import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.RequestCacheConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AuthenticationEntryPointFailureHandler;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.logout.HttpStatusReturningLogoutSuccessHandler;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestHeaderRequestMatcher;

/**
 * Who may use the application. The starter brings a chain of its own for
 * {@code /api/sse/**}; this one has the rest.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

	private static final String CONTENT_SECURITY_POLICY = "default-src 'self'; img-src 'self' data:; "
			+ "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

	@Bean
	SecurityFilterChain applicationSecurityFilterChain(HttpSecurity http, PathPatternRequestMatcher.Builder paths,
			SseConnections connections) {
		HttpStatusEntryPoint unauthorized = new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED);
		http.authorizeHttpRequests((requests) -> requests
			// A sample is scraped without a password. Elsewhere these tell strangers how
			// busy you are: leave them to a role, or to management.server.port.
			.requestMatchers(EndpointRequest.to("health", "metrics", "prometheus"))
			.permitAll()
			.requestMatchers(EndpointRequest.toAnyEndpoint())
			.hasRole("ADMIN")
			.requestMatchers(paths.matcher("/"), paths.matcher("/index.html"), paths.matcher("/favicon.svg"),
					paths.matcher("/css/**"), paths.matcher("/js/**"), paths.matcher("/webjars/**"),
					paths.matcher("/me"), paths.matcher("/error"))
			.permitAll()
			.anyRequest()
			.authenticated());
		// The page signs in by a script, which wants a status and not a redirect.
		http.formLogin((form) -> form.loginPage("/")
			.loginProcessingUrl("/login")
			.successHandler(
					(request, response, authentication) -> response.setStatus(HttpServletResponse.SC_NO_CONTENT))
			.failureHandler(new AuthenticationEntryPointFailureHandler(unauthorized)));
		// Called before the session is ended. Other browsers of the user keep theirs.
		http.logout((logout) -> logout.addLogoutHandler((request, response, authentication) -> {
			HttpSession session = request.getSession(false);
			if (session != null) {
				connections.disconnectSession(session.getId());
			}
		}).logoutSuccessHandler(new HttpStatusReturningLogoutSuccessHandler(HttpStatus.NO_CONTENT)));
		http.httpBasic(Customizer.withDefaults());
		// Told of HTTP Basic, a browser would ask for the password in a dialog of its
		// own.
		http.exceptionHandling((exceptions) -> exceptions.defaultAuthenticationEntryPointFor(unauthorized,
				new RequestHeaderRequestMatcher("Sec-Fetch-Dest", "empty")));
		// As the starter's chain: a browser adds cookies, and the password of HTTP Basic,
		// to requests of other sites too.
		http.csrf((csrf) -> csrf.requireCsrfProtectionMatcher(new SseCsrfRequestMatcher()));
		http.headers((headers) -> headers
			.contentSecurityPolicy((policy) -> policy.policyDirectives(CONTENT_SECURITY_POLICY)));
		http.requestCache(RequestCacheConfigurer::disable);
		return http.build();
	}

	/**
	 * A reference to the method, because the manager itself would replace each password
	 * with a strong hash at the first sign-in.
	 */
	@Bean
	UserDetailsService users() {
		UserDetailsService users = new InMemoryUserDetailsManager(user("admin", "USER", "ADMIN"), user("alice", "USER"),
				user("bob", "USER"), user("1", "USER"));
		return users::loadUserByUsername;
	}

	/**
	 * Plain text, because a sample has no secrets and a strong hash would cost every HTTP
	 * Basic request more than all else it does.
	 */
	private static UserDetails user(String name, String... roles) {
		return User.withUsername(name).password("{noop}" + name).roles(roles).build();
	}

}
