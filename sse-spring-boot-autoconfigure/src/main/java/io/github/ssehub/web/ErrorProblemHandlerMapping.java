package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.StringUtils;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;

/**
 * Takes the place of the application's error page for requests below {@code sse.path}:
 * what a filter refused, Spring Security's among them, is answered with a problem
 * document too.
 */
final class ErrorProblemHandlerMapping extends AbstractHandlerMapping {

	private final EndpointPaths paths;

	private final HttpRequestHandler handler;

	ErrorProblemHandlerMapping(EndpointPaths paths, ProblemWriter problems) {
		this.paths = paths;
		this.handler = (request, response) -> write(problems, request, response);
		setOrder(Ordered.HIGHEST_PRECEDENCE);
	}

	@Override
	protected @Nullable Object getHandlerInternal(HttpServletRequest request) {
		boolean ours = request.getDispatcherType() == DispatcherType.ERROR
				&& request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri
				&& this.paths.contain(request, uri);
		return ours ? this.handler : null;
	}

	private static void write(ProblemWriter problems, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		HttpStatusCode status = (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code)
				? HttpStatusCode.valueOf(code) : HttpStatus.INTERNAL_SERVER_ERROR;
		String message = (request.getAttribute(RequestDispatcher.ERROR_MESSAGE) instanceof String text) ? text : null;
		String uri = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
		// Who refused the request knows best. A server gives the name of the status when
		// nobody says anything.
		boolean told = StringUtils.hasText(message) && !message.equals(reason(status));
		problems.write(told ? Problem.of(status, detail(status, message)) : problem(status, message, uri), request,
				response);
	}

	/**
	 * Makes a problem of an error that no controller has seen.
	 * @param status the status
	 * @param message what whoever refused the request says, if anything
	 * @param uri the path as the client sent it
	 * @return the problem
	 */
	static Problem problem(HttpStatusCode status, @Nullable String message, String uri) {
		return Problem.of(status, detail(status, message, uri));
	}

	private static String detail(HttpStatusCode status, @Nullable String message, String uri) {
		String badPath = (status.value() == HttpStatus.BAD_REQUEST.value()) ? BadPath.detail(uri) : null;
		return (badPath != null) ? badPath : detail(status, message);
	}

	private static String detail(HttpStatusCode status, @Nullable String message) {
		if (status.value() == HttpStatus.INTERNAL_SERVER_ERROR.value()) {
			// What went wrong inside of the server is not for the client.
			return "The server failed; its log says why";
		}
		if (status.is4xxClientError() && StringUtils.hasText(message)) {
			return message;
		}
		return reason(status);
	}

	private static String reason(HttpStatusCode status) {
		HttpStatus known = HttpStatus.resolve(status.value());
		return (known != null) ? known.getReasonPhrase() : "Error " + status.value();
	}

}
