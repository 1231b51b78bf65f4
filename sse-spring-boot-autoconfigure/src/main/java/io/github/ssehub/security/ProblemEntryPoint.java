package io.github.ssehub.security;

import java.io.IOException;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.InsufficientAuthenticationException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;

/**
 * Answers 401 with a challenge for each way to authenticate that is on. The error page
 * makes it a problem document. The log says why, at debug level.
 */
final class ProblemEntryPoint implements AuthenticationEntryPoint {

	private static final Log logger = LogFactory.getLog(ProblemEntryPoint.class);

	private volatile List<Challenge> challenges = List.of();

	/**
	 * Sets the challenges. They are known when the application has changed the chain.
	 * @param challenges one for each way to authenticate
	 */
	void setChallenges(List<Challenge> challenges) {
		this.challenges = List.copyOf(challenges);
	}

	@Override
	public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception)
			throws IOException {
		logger.debug("%s %s is answered with 401: %s".formatted(request.getMethod(), request.getRequestURI(),
				exception.getMessage()), exception);
		response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
		this.challenges.forEach((challenge) -> challenge.add(request, response, exception));
		// A challenge may have set another status, such as 400 for a request with two
		// tokens.
		response.sendError(response.getStatus(), detail(request, exception));
	}

	private String detail(HttpServletRequest request, AuthenticationException exception) {
		if (request.getHeader(HttpHeaders.AUTHORIZATION) == null) {
			return "Authentication is required";
		}
		if (!(exception instanceof InsufficientAuthenticationException)) {
			return "The credentials are wrong";
		}
		if (this.challenges.isEmpty()) {
			return "Authentication is required, and an 'Authorization' header is of no use here";
		}
		// No filter took the header.
		return "The 'Authorization' header must have one of the schemes that are on here: "
				+ this.challenges.stream().map(Challenge::scheme).toList();
	}

	/**
	 * Tells a client of one way to authenticate.
	 */
	interface Challenge {

		/**
		 * The name of the scheme.
		 * @return the name, as in {@code Authorization}
		 */
		String scheme();

		/**
		 * Adds the header.
		 * @param request the request
		 * @param response the response to add it to
		 * @param exception why the request is refused
		 */
		void add(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception);

	}

	/**
	 * HTTP Basic. A script in a page is not told of it, because the browser would ask the
	 * person in front of it for a password.
	 */
	static final class Basic implements Challenge {

		@Override
		public String scheme() {
			return "Basic";
		}

		@Override
		public void add(HttpServletRequest request, HttpServletResponse response, AuthenticationException exception) {
			if (!"empty".equals(request.getHeader("Sec-Fetch-Dest"))) {
				response.addHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Events\", charset=\"UTF-8\"");
			}
		}

	}

}
