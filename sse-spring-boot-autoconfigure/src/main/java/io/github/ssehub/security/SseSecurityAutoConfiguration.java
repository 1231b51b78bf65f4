package io.github.ssehub.security;

import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.autoconfigure.SseProperties.Security.ConnectAccess;
import io.github.ssehub.internal.hub.SseHub;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.authentication.configuration.AuthenticationConfiguration;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HttpBasicConfigurer;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.util.ClassUtils;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

/**
 * Auto-configuration of the filter chain for {@code sse.path}. It comes after Boot's own,
 * which secures the rest of an application that has no chain: Boot's would step back if
 * it saw this one. An application that wants other rules for these paths defines a chain
 * named {@code sseSecurityFilterChain}.
 */
@AutoConfiguration(after = SseAutoConfiguration.class, afterName = {
		"org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration",
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration",
		"org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.OAuth2ResourceServerWebSecurityAutoConfiguration",
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

	private static final boolean BEARER_TOKENS_PRESENT = ClassUtils.isPresent(
			"org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint",
			SseSecurityAutoConfiguration.class.getClassLoader());

	@Bean
	@ConditionalOnMissingBean(name = "sseSecurityFilterChain")
	@Order(CHAIN_ORDER)
	SecurityFilterChain sseSecurityFilterChain(HttpSecurity http, SseProperties properties,
			PathPatternRequestMatcher.Builder paths, ObjectProvider<DispatcherServletPath> servletPath,
			AuthenticationConfiguration authentication, ObjectProvider<CsrfTokenRepository> csrfTokens,
			ObjectProvider<SseHttpSecurityCustomizer> customizers, ListableBeanFactory beans) {
		String path = properties.getPath();
		String adminRole = properties.getSecurity().getAdminRole();
		ConnectAccess connect = properties.getSecurity().getConnect();
		ProblemEntryPoint entryPoint = new ProblemEntryPoint();
		DispatcherServletPath servlet = servletPath.getIfAvailable();
		http.securityMatcher(
				matcher(paths.matcher(path + "/**"), ((servlet != null) ? servlet.getPrefix() : "") + path));
		http.authorizeHttpRequests((requests) -> {
			requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC).permitAll();
			// Whether a connection is the caller's own is for the controller to say. A
			// path
			// with a slash at the end is nobody's: the client is told 404.
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
			requests.anyRequest().hasRole(adminRole);
		});
		// An application that has tokens alone cannot check a password.
		if (authentication.getAuthenticationManager() != null) {
			http.httpBasic((basic) -> basic.authenticationEntryPoint(entryPoint));
		}
		http.exceptionHandling((exceptions) -> exceptions.authenticationEntryPoint(entryPoint)
			.accessDeniedHandler(new ProblemAccessDeniedHandler(adminRole, rolePrefix(beans))));
		http.csrf((csrf) -> {
			csrf.requireCsrfProtectionMatcher(new SseCsrfRequestMatcher());
			csrfTokens.ifAvailable(csrf::csrfTokenRepository);
		});
		if (beansOfCorsFit(beans)) {
			http.cors(Customizer.withDefaults());
		}
		http.requestCache((cache) -> cache.disable());
		customizers.orderedStream().forEach((customizer) -> customizer.customize(http));
		entryPoint.setChallenges(challenges(http, entryPoint));
		return http.build();
	}

	@Bean
	SessionFixationListener sseSessionFixationListener(SseHub hub) {
		return new SessionFixationListener(hub);
	}

	/**
	 * What {@code hasRole} puts before a role.
	 */
	private static String rolePrefix(ListableBeanFactory beans) {
		GrantedAuthorityDefaults defaults = beans.getBeanProvider(GrantedAuthorityDefaults.class).getIfAvailable();
		return (defaults != null) ? defaults.getRolePrefix() : "ROLE_";
	}

	/**
	 * Spring Security looks two beans up by their names, and fails where one has another
	 * type. A registration named {@code corsFilter} is common: the server calls its
	 * filter anyway.
	 */
	private static boolean beansOfCorsFit(ListableBeanFactory beans) {
		return fits(beans, "corsFilter", CorsFilter.class)
				&& fits(beans, "corsConfigurationSource", CorsConfigurationSource.class);
	}

	private static boolean fits(ListableBeanFactory beans, String name, Class<?> type) {
		return !beans.containsBean(name) || beans.isTypeMatch(name, type);
	}

	private static List<ProblemEntryPoint.Challenge> challenges(HttpSecurity http, ProblemEntryPoint entryPoint) {
		List<ProblemEntryPoint.Challenge> challenges = new ArrayList<>();
		if (http.getConfigurer(HttpBasicConfigurer.class) != null) {
			challenges.add(new ProblemEntryPoint.Basic());
		}
		if (BEARER_TOKENS_PRESENT && BearerTokens.answerBy(http, entryPoint)) {
			challenges.add(new BearerTokens());
		}
		return challenges;
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

	/**
	 * Takes the signed tokens that the rest of the application takes.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ BearerTokenAuthenticationFilter.class, JwtDecoder.class })
	static class BearerTokenConfiguration {

		/**
		 * Before those of the application, which may add to it.
		 */
		@Bean
		@ConditionalOnMissingBean(name = "sseBearerTokenCustomizer")
		@ConditionalOnSingleCandidate(JwtDecoder.class)
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SseHttpSecurityCustomizer sseBearerTokenCustomizer() {
			return (http) -> http.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()));
		}

	}

	/**
	 * Takes the opaque tokens that the rest of the application takes. A chain takes one
	 * kind alone: signed ones where there is a decoder.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(OpaqueTokenIntrospector.class)
	static class OpaqueTokenConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "sseBearerTokenCustomizer",
				type = "org.springframework.security.oauth2.jwt.JwtDecoder")
		@ConditionalOnSingleCandidate(OpaqueTokenIntrospector.class)
		@Order(Ordered.HIGHEST_PRECEDENCE)
		SseHttpSecurityCustomizer sseBearerTokenCustomizer() {
			return (http) -> http.oauth2ResourceServer((server) -> server.opaqueToken(Customizer.withDefaults()));
		}

	}

}
