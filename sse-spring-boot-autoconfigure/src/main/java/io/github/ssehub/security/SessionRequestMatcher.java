package io.github.ssehub.security;

import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Matches requests that change something and may be authenticated by a cookie, which a
 * browser adds for any page. Credentials in the request itself need no such proof, and a
 * request with neither is to be told to authenticate.
 */
final class SessionRequestMatcher implements RequestMatcher {

	@Override
	public boolean matches(HttpServletRequest request) {
		return CsrfFilter.DEFAULT_CSRF_MATCHER.matches(request) && request.getHeader(HttpHeaders.COOKIE) != null
				&& !hasCredentials(request);
	}

	private static boolean hasCredentials(HttpServletRequest request) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		if (authorization == null) {
			return false;
		}
		String scheme = authorization.toLowerCase(Locale.ROOT);
		return scheme.startsWith("basic ") || scheme.startsWith("bearer ");
	}

}
