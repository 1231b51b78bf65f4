package io.github.ssehub.web;

import io.github.ssehub.internal.json.OwnJson;

import java.io.IOException;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * Writes problem documents. It negotiates nothing: a client that asked for an event
 * stream gets one too, which a message converter would refuse.
 */
final class ProblemWriter {

	void write(Problem problem, HttpServletRequest request, HttpServletResponse response) throws IOException {
		write(problem, path(request), response);
	}

	void write(Problem problem, @Nullable String path, HttpServletResponse response) throws IOException {
		response.setStatus(problem.status().value());
		problem.headers().forEach((name, values) -> values.forEach((value) -> response.setHeader(name, value)));
		JsonResponse.write(problem.body(path), MediaType.APPLICATION_PROBLEM_JSON_VALUE, response);
		response.flushBuffer();
	}

	byte[] body(Problem problem, @Nullable String path) {
		return OwnJson.bytes(problem.body(path));
	}

	private static @Nullable String path(HttpServletRequest request) {
		Object original = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
		return (original != null) ? original.toString() : request.getRequestURI();
	}

}
