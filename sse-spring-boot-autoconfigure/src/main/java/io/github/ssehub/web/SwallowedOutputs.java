package io.github.ssehub.web;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Answers requests whose stream a filter would keep for itself, and logs each such filter
 * once.
 */
final class SwallowedOutputs {

	private static final Log logger = LogFactory.getLog(SwallowedOutputs.class);

	private final Set<List<String>> logged = ConcurrentHashMap.newKeySet();

	/**
	 * Answers with 500, or if the filter has sent the status already, ends the response.
	 * Writes no body itself: the filter may still hold bytes of the stream and would send
	 * both. The error page writes it.
	 */
	void refuse(SwallowedOutputException exception, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		if (this.logged.add(exception.getWrappers())) {
			logger.error("%s %s was refused. %s".formatted(request.getMethod(), request.getRequestURI(),
					exception.getMessage()));
		}
		if (!exception.isCommitted()) {
			response.setHeader(ConnectionReturnValueHandler.CLIENT_ID_HEADER, null);
			response.setContentType(null);
			response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, exception.getMessage());
		}
	}

}
