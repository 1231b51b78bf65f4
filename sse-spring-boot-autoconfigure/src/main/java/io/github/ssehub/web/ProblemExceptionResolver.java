package io.github.ssehub.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponse;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;
import org.springframework.web.util.UriUtils;

/**
 * Answers what fails below {@code sse.path} with a problem document, and leaves all other
 * requests to the application.
 */
final class ProblemExceptionResolver implements HandlerExceptionResolver, Ordered {

	private static final Log logger = LogFactory.getLog(ProblemExceptionResolver.class);

	/** What stands in a text for bytes that are not UTF-8. */
	private static final char REPLACEMENT = '\uFFFD';

	private static final Set<String> PARAMETERS = Set.of("getParameter", "getParameterMap", "getParameterNames",
			"getParameterValues");

	private final EndpointPaths paths;

	private final ProblemWriter problems;

	ProblemExceptionResolver(EndpointPaths paths, ProblemWriter problems) {
		this.paths = paths;
		this.problems = problems;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 100;
	}

	@Override
	public @Nullable ModelAndView resolveException(HttpServletRequest request, HttpServletResponse response,
			@Nullable Object handler, Exception exception) {
		if (response.isCommitted() || isForSpringSecurity(exception) || isOfApplication(handler)
				|| !this.paths.contain(request, request.getRequestURI())) {
			return null;
		}
		try {
			response.resetBuffer();
			this.problems.write(problem(exception, request), request, response);
		}
		catch (IOException ex) {
			logger.debug("The client was gone before it was told of an error", ex);
		}
		return new ModelAndView();
	}

	/**
	 * A controller of the application may have a path below, too, and its own errors.
	 */
	private static boolean isOfApplication(@Nullable Object handler) {
		return handler instanceof HandlerMethod method && !EndpointPaths.isEndpoint(method);
	}

	/**
	 * Those of a method that the application secured are handled in the filter chain.
	 */
	private static boolean isForSpringSecurity(Exception exception) {
		return exception.getClass().getName().startsWith("org.springframework.security.");
	}

	private static Problem problem(Exception exception, HttpServletRequest request) {
		if (exception instanceof ProblemException problem) {
			return problem.getProblem();
		}
		if (exception instanceof NoResourceFoundException || exception instanceof NoHandlerFoundException) {
			return Problem.of(HttpStatus.NOT_FOUND, "There is no such endpoint");
		}
		if (exception instanceof ErrorResponse error) {
			return Problem.of(error);
		}
		if (exception instanceof MethodArgumentTypeMismatchException mismatch) {
			return Problem.of(HttpStatus.BAD_REQUEST,
					"'%s' must not be '%s'".formatted(mismatch.getName(), mismatch.getValue()));
		}
		if (isOfParameters(exception) && !isReadable(request.getQueryString())) {
			return Problem.of(HttpStatus.BAD_REQUEST,
					"The query of the address cannot be read: encode its values, for instance '%' as '%25'");
		}
		if (!DisconnectedClientHelper.isClientDisconnectedException(exception)) {
			logger.error("A request failed", exception);
		}
		return Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, "The server failed; its log says why");
	}

	/**
	 * Each server has an exception of its own for a query such as {@code ?page=%zz} or
	 * {@code ?page=%ff}, and throws it to the first who asks for a parameter. What fails
	 * elsewhere in a request with such a query is a failure of the server.
	 */
	private static boolean isOfParameters(Exception exception) {
		return Arrays.stream(exception.getStackTrace())
			.map(StackTraceElement::getMethodName)
			.anyMatch(PARAMETERS::contains);
	}

	private static boolean isReadable(@Nullable String query) {
		try {
			return query == null || UriUtils.decode(query, StandardCharsets.UTF_8).indexOf(REPLACEMENT) < 0;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
