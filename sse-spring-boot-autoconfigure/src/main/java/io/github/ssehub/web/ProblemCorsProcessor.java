package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.DefaultCorsProcessor;

/**
 * Refuses pages of other origins with a problem document. It is written at once: the
 * error page of a preflight would be checked by CORS again.
 */
final class ProblemCorsProcessor extends DefaultCorsProcessor {

	private final ProblemWriter problems;

	ProblemCorsProcessor(ProblemWriter problems) {
		this.problems = problems;
	}

	@Override
	public boolean processRequest(@Nullable CorsConfiguration config, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		boolean allowed = super.processRequest(config, request, response);
		if (!allowed) {
			this.problems.write(Problem.of(HttpStatus.FORBIDDEN, detail(config, request)), request, response);
		}
		return allowed;
	}

	/**
	 * Writes nothing, because this does not know the request.
	 */
	@Override
	protected void rejectRequest(ServerHttpResponse response) {
	}

	private static String detail(@Nullable CorsConfiguration config, HttpServletRequest request) {
		String origin = request.getHeader(HttpHeaders.ORIGIN);
		if (config != null && config.checkOrigin(origin) != null) {
			return "Pages of other origins may not send this method or these headers";
		}
		return "Pages of the origin '%s' may not use this: 'sse.cors.allowed-origins' does not have it"
			.formatted(origin);
	}

}
