package io.github.ssehub.security;

import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.HttpHeaders;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Matches requests that change something and may be authenticated by a cookie or a
 * certificate, which a browser adds for any page. Credentials in the request itself need
 * no such proof, and a request with neither is to be told to authenticate.
 */
final class SessionRequestMatcher implements RequestMatcher {

	@Override
	public boolean matches(HttpServletRequest request) {
		return CsrfFilter.DEFAULT_CSRF_MATCHER.matches(request) && mayBeAuthenticatedByBrowser(request);
	}

	private static boolean mayBeAuthenticatedByBrowser(HttpServletRequest request) {
		String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
		if (authorization != null) {
			String scheme = authorization.toLowerCase(Locale.ROOT);
			return !scheme.startsWith("basic ") && !scheme.startsWith("bearer ");
		}
		return request.getHeader(HttpHeaders.COOKIE) != null
				|| request.getAttribute("jakarta.servlet.request.X509Certificate") != null;
	}

}
