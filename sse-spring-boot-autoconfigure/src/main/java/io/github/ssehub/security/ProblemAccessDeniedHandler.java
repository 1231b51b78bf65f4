package io.github.ssehub.security;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.csrf.CsrfException;

/**
 * Answers 403; the error page makes it a problem document.
 */
final class ProblemAccessDeniedHandler implements AccessDeniedHandler {

	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException exception)
			throws IOException {
		if (response.isCommitted()) {
			return;
		}
		response.sendError(HttpServletResponse.SC_FORBIDDEN, (exception instanceof CsrfException)
				? "The CSRF token of the session is missing or wrong: send it, or authenticate with HTTP Basic or a bearer token"
				: "You are not allowed to do this");
	}

}
