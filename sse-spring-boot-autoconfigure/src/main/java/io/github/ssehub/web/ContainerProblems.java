package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatusCode;

/**
 * Problem documents for what a container refuses before any filter or servlet sees it,
 * such as a path with {@code %2F}.
 */
final class ContainerProblems {

	private final EndpointPaths paths;

	private final ProblemWriter problems;

	private final ServletContext servletContext;

	ContainerProblems(EndpointPaths paths, ProblemWriter problems, ServletContext servletContext) {
		this.paths = paths;
		this.problems = problems;
		this.servletContext = servletContext;
	}

	/**
	 * Whether a request was meant for the starter.
	 * @param uri the path as the client sent it
	 * @return whether it is below {@code sse.path}
	 */
	boolean contain(String uri) {
		return this.paths.contain(this.servletContext.getContextPath(), uri);
	}

	void write(int status, @Nullable String message, String uri, HttpServletResponse response) throws IOException {
		this.problems.write(problem(status, message, uri), uri, response);
	}

	byte[] body(int status, @Nullable String message, String uri) {
		return this.problems.body(problem(status, message, uri), uri);
	}

	private static Problem problem(int status, @Nullable String message, String uri) {
		return ErrorProblemHandlerMapping.problem(HttpStatusCode.valueOf(status), message, uri);
	}

}
