package io.github.ssehub.security;

import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.cors.CorsUtils;

/**
 * Matches the requests that need a CSRF token: those that change something and that a
 * page of another site can make a browser send with the user's credentials. The starter's
 * own chain uses it. A chain of the application can do so too:
 *
 * <pre class="code">
 * http.csrf((csrf) -&gt; csrf.requireCsrfProtectionMatcher(new SseCsrfRequestMatcher()));
 * </pre>
 *
 * A request needs no token if it carries what a page of another site cannot send unless
 * CORS allows it: a bearer token, or the header {@value #REQUESTED_WITH} with any value.
 * A request with HTTP Basic needs none if it does not come from a page of another site.
 * The headers {@code Sec-Fetch-Site} and {@code Origin} tell, which browsers add and
 * other clients do not. Every other request with credentials needs the token.
 *
 * Browsers from before 2020 add neither header to a form. A chain that lets HTTP Basic in
 * should take only JSON as a body, which a form cannot send.
 */
public final class SseCsrfRequestMatcher implements RequestMatcher {

	/**
	 * The header that proves that CORS allows the page to send the request.
	 */
	public static final String REQUESTED_WITH = "X-Requested-With";

	@Override
	public boolean matches(HttpServletRequest request) {
		if (!CsrfFilter.DEFAULT_CSRF_MATCHER.matches(request)) {
			return false;
		}
		String scheme = scheme(request.getHeader(HttpHeaders.AUTHORIZATION));
		if (scheme.equals("bearer") || request.getHeader(REQUESTED_WITH) != null) {
			return false;
		}
		return isOfAnotherSite(request) || hasCredentialsOfBrowser(request, scheme);
	}

	private static String scheme(@Nullable String authorization) {
		return (authorization != null) ? authorization.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT) : "";
	}

	/**
	 * The browser knows best which site a page is of. Over plain HTTP it does not say so,
	 * but it names the origin of whatever is no GET.
	 */
	private static boolean isOfAnotherSite(HttpServletRequest request) {
		String site = request.getHeader("Sec-Fetch-Site");
		if (site != null) {
			return !site.equals("same-origin");
		}
		try {
			return CorsUtils.isCorsRequest(request);
		}
		catch (IllegalArgumentException ex) {
			// The origin is no address.
			return true;
		}
	}

	/**
	 * What a browser may have added by itself. A password of HTTP Basic is not among it
	 * here, because the request is known not to come from another site.
	 */
	private static boolean hasCredentialsOfBrowser(HttpServletRequest request, String scheme) {
		if (!scheme.isEmpty()) {
			return !scheme.equals("basic");
		}
		return request.getHeader(HttpHeaders.COOKIE) != null
				|| request.getAttribute("jakarta.servlet.request.X509Certificate") != null;
	}

}
