package io.github.ssehub.security;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers 401; the error page makes it a problem document. A script in a page is not told
 * of HTTP Basic, because the browser would ask the person in front of it for a password.
 */
final class ProblemEntryPoint implements AuthenticationEntryPoint {

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
			throws IOException {
		if (!"empty".equals(request.getHeader("Sec-Fetch-Dest"))) {
			response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Events\", charset=\"UTF-8\"");
		}
		boolean refused = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
		response.sendError(HttpServletResponse.SC_UNAUTHORIZED,
				refused ? "The credentials are wrong" : "Authentication is required");
	}

}
