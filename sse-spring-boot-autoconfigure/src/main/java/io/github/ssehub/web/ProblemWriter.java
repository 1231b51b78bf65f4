package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;

/**
 * Writes problem documents. It negotiates nothing: a client that asked for an event
 * stream gets one too, which a message converter would refuse.
 */
final class ProblemWriter {

	private final JsonMapper jsonMapper;

	ProblemWriter(JsonMapper jsonMapper) {
		this.jsonMapper = jsonMapper;
	}

	void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
		write(problem, path(request), response);
	}

	void write(Problem problem, @Nullable String path, HttpServletResponse response) throws IOException {
		byte[] body = body(problem, path);
		response.setStatus(problem.status().value());
		problem.headers().forEach((name, values) -> values.forEach((value) -> response.setHeader(name, value)));
		// An encoding that the application forces on its responses would be a wrong
		// label.
		response.setCharacterEncoding((String) null);
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
		response.flushBuffer();
	}

	byte[] body(Problem problem, @Nullable String path) {
		return this.jsonMapper.writeValueAsBytes(problem.body(path));
	}

	private static @Nullable String path(HttpServletRequest request) {
		Object original = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		return (original != null) ? original.toString() : request.getRequestURI();
	}

}
