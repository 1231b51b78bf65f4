package io.github.ssehub.web;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * Answers requests below {@code sse.path} that Jetty refuses before a servlet context
 * sees them, and leaves all others to the handler that was there.
 */
final class ProblemErrorHandler extends ErrorHandler {

	private final Supplier<ContainerProblems> problems;

	private final Request.@Nullable Handler others;

	ProblemErrorHandler(Supplier<ContainerProblems> problems, Request.@Nullable Handler others) {
		this.problems = problems;
		this.others = others;
	}

	@Override
	public boolean handle(Request request, Response response, Callback callback) throws Exception {
		String uri = request.getHttpURI().getPath();
		ContainerProblems problems = this.problems.get();
		if (uri == null || !problems.contain(uri)) {
			return (this.others != null) ? this.others.handle(request, response, callback)
					: super.handle(request, response, callback);
		}
		int status = response.getStatus();
		Object message = request.getAttribute(ERROR_MESSAGE);
		if (request.getAttribute(ERROR_EXCEPTION) instanceof HttpException exception) {
			status = exception.getCode();
			response.setStatus(status);
			message = (message != null) ? message : exception.getReason();
		}
		generateCacheControl(response);
		response.getHeaders().put(HttpHeader.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		byte[] body = problems.body(status, (message != null) ? message.toString() : null, uri);
		response.write(true, ByteBuffer.wrap(body), callback);
		return true;
	}

}
