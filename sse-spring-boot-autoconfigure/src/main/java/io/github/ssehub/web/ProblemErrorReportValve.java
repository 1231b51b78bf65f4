package io.github.ssehub.web;

import java.io.IOException;
import java.util.function.Supplier;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reports errors below {@code sse.path} that no error page of the application has
 * reported, and leaves all others to the valve around it.
 */
final class ProblemErrorReportValve extends ErrorReportValve {

	private static final Log logger = LogFactory.getLog(ProblemErrorReportValve.class);

	private final Supplier<ContainerProblems> problems;

	ProblemErrorReportValve(Supplier<ContainerProblems> problems) {
		this.problems = problems;
	}

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (response.getStatus() < 400 || response.getContentWritten() > 0) {
			return;
		}
		String uri = request.getRequestURI();
		ContainerProblems problems = this.problems.get();
		if (uri == null || !problems.contain(uri) || !response.setErrorReported()) {
			return;
		}
		try {
			problems.write(response.getStatus(), response.getMessage(), uri, response);
		}
		catch (IOException ex) {
			logger.debug("The client was gone before it was told of an error", ex);
		}
	}

}
