package io.github.ssehub.security;

import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.autoconfigure.SseProperties.Security.ConnectAccess;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsConfigurationSource;

/**
 * Auto-configuration of the filter chain for {@code sse.path}. It comes after Boot's own,
 * which secures the rest of an application that has no chain: Boot's would step back if
 * it saw this one. An application that wants other rules for these paths defines a chain
 * named {@code sseSecurityFilterChain}.
 */
@AutoConfiguration(after = SseAutoConfiguration.class, afterName = {
		"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
		"org.springframework.boot.actuate.autoconfigure.security.servlet.ManagementWebSecurityAutoConfiguration" })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ SecurityFilterChain.class, HttpSecurity.class })
@ConditionalOnBean(type = { "io.github.ssehub.internal.hub.SseHub",
		"org.springframework.security.config.annotation.web.builders.HttpSecurity" })
public final class SseSecurityAutoConfiguration {

	/**
	 * Before the chains of the application, which commonly match every request.
	 */
	static final int CHAIN_ORDER = -100;

	@Bean
	@ConditionalOnMissingBean(name = "sseSecurityFilterChain")
	@Order(CHAIN_ORDER)
	SecurityFilterChain sseSecurityFilterChain(HttpSecurity http, SseProperties properties,
			PathPatternRequestMatcher.Builder paths, ObjectProvider<DispatcherServletPath> servletPath,
			ObjectProvider<CsrfTokenRepository> csrfTokens, ObjectProvider<SseHttpSecurityCustomizer> customizers) {
		String path = properties.getPath();
		ConnectAccess connect = properties.getSecurity().getConnect();
		ProblemEntryPoint entryPoint = new ProblemEntryPoint();
		DispatcherServletPath servlet = servletPath.getIfAvailable();
		http.securityMatcher(
				matcher(paths.matcher(path + "/**"), ((servlet != null) ? servlet.getPrefix() : "") + path));
		http.authorizeHttpRequests((requests) -> {
			requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC).permitAll();
			// Whether a connection is the caller's own is for the controller to say.
			// With a slash at the end they are nobody's. There is nothing to protect, and the
			// client is told 404.
			var own = requests.requestMatchers(paths.matcher(path + "/connect"), paths.matcher(path + "/connect/"),
					paths.matcher(path + "/disconnect/*"), paths.matcher(path + "/disconnect/*/"),
					paths.matcher(path + "/connections/*/topics/*"), paths.matcher(path + "/connections/*/topics/*/"),
					paths.matcher(path + "/subscriptions"), paths.matcher(path + "/subscriptions/"));
			if (connect == ConnectAccess.PERMIT_ALL) {
				own.permitAll();
			}
			else {
				own.authenticated();
			}
			requests.anyRequest().hasRole(properties.getSecurity().getAdminRole());
		});
		http.httpBasic((basic) -> basic.authenticationEntryPoint(entryPoint));
		http.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint(entryPoint)
			.accessDeniedHandler(new ProblemAccessDeniedHandler()));
		http.csrf((csrf) -> {
			csrf.requireCsrfProtectionMatcher(new SessionRequestMatcher());
			csrfTokens.ifAvailable(csrf::csrfTokenRepository);
		});
		http.cors(Customizer.withDefaults());
		http.requestCache((cache) -> cache.disable());
		customizers.orderedStream().forEach((customizer) -> customizer.customize(http));
		return http.build();
	}

	/**
	 * Matches the endpoints, and the error pages of requests to them: another chain would
	 * ask an anonymous client to authenticate before it is told what is wrong.
	 */
	private static RequestMatcher matcher(RequestMatcher endpoints, String path) {
		return (request) -> (request.getDispatcherType() == DispatcherType.ERROR) ? isErrorBelow(path, request)
				: endpoints.matches(request);
	}

	private static boolean isErrorBelow(String path, HttpServletRequest request) {
		return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri
				&& (uri + "/").startsWith(path + "/", request.getContextPath().length());
	}

}
