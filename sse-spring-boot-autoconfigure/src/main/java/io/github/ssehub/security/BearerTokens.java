package io.github.ssehub.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.resource.OAuth2ResourceServerConfigurer;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Bearer tokens of a filter chain. Used only when Spring Security's resource server is
 * there.
 */
final class BearerTokens implements ProblemEntryPoint.Challenge {

	private final BearerTokenAuthenticationEntryPoint entryPoint = new BearerTokenAuthenticationEntryPoint();

	/**
	 * Lets an entry point answer wrong tokens. Their filter does not use the entry point
	 * of the chain.
	 * @param http the chain
	 * @param entryPoint the entry point
	 * @return whether bearer tokens are on in the chain
	 */
	static boolean answerBy(HttpSecurity http, AuthenticationEntryPoint entryPoint) {
		OAuth2ResourceServerConfigurer<?> server = http.getConfigurer(OAuth2ResourceServerConfigurer.class);
		if (server != null) {
			server.authenticationEntryPoint(entryPoint);
		}
		return server != null;
	}

	@Override
	public String scheme() {
		return "Bearer";
	}

	@Override
	public void add(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception) {
		this.entryPoint.commence(request, response, exception);
	}

}
