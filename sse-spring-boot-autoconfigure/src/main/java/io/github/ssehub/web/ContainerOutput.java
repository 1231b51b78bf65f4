package io.github.ssehub.web;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;

import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;

/**
 * Finds the output below the wrappers that have nothing to do with the bytes of a stream.
 * For each write they would be some more objects to fetch, and none of them passes on a
 * buffer, so that the container would get an array.
 */
final class ContainerOutput {

	/**
	 * Outputs that only wait for the moment at which the response is committed: Spring
	 * Security adds its headers then, and Spring Session its cookie.
	 */
	private static final Set<String> COMMIT_HOOKS = Set.of(
			"org.springframework.security.web.util.OnCommittedResponseWrapper$SaveContextServletOutputStream",
			"org.springframework.session.web.http.OnCommittedResponseWrapper$SaveContextServletOutputStream");

	private ContainerOutput() {
	}

	/**
	 * Finds the output, and commits the response if something waits for that.
	 * @param response a response whose headers are complete
	 * @return the container's output, or one that does more than wait
	 * @throws IOException if the client is gone
	 */
	static ServletOutputStream of(ServletResponse response) throws IOException {
		ServletResponse inner = withoutLifecycle(response);
		ServletOutputStream output = inner.getOutputStream();
		if (!isCommitHook(output)) {
			return output;
		}
		output.flush();
		return inner.isCommitted() ? withoutCommitHooks(inner) : output;
	}

	/**
	 * Takes off the wrapper by which Spring MVC locks each write of an asynchronous
	 * response against the end of its request. {@link ServletFrameSink} does that itself,
	 * for less.
	 */
	private static ServletResponse withoutLifecycle(ServletResponse response) {
		boolean lifecycle = response.getClass().getEnclosingClass() == StandardServletAsyncWebRequest.class;
		return (lifecycle && response instanceof ServletResponseWrapper wrapper) ? wrapper.getResponse() : response;
	}

	private static ServletOutputStream withoutCommitHooks(ServletResponse response) throws IOException {
		ServletResponse inner = response;
		ServletOutputStream output = inner.getOutputStream();
		while (isCommitHook(output) && inner instanceof ServletResponseWrapper wrapper) {
			inner = wrapper.getResponse();
			output = inner.getOutputStream();
		}
		return output;
	}

	private static boolean isCommitHook(ServletOutputStream output) {
		return COMMIT_HOOKS.contains(output.getClass().getName());
	}

}
