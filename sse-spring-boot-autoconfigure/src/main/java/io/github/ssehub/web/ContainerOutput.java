package io.github.ssehub.web;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;

import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;

/**
 * Finds the output that a stream is written to below wrappers that have nothing to do
 * with its bytes.
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
	 * Finds the output of a response.
	 * @param response the response as the application sees it
	 * @return its output; where that is Jetty's in the end, one that writes to it
	 * directly
	 * @throws IOException if there is none
	 */
	static ServletOutputStream of(ServletResponse response) throws IOException {
		ServletResponse unlocked = withoutLifecycle(response);
		ServletOutputStream outermost = unlocked.getOutputStream();
		ServletOutputStream inner = belowCommitHooks(unlocked, outermost);
		return JettyOutput.isJettys(inner) ? new JettyOutput(inner, outermost) : outermost;
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

	static ServletOutputStream belowCommitHooks(ServletResponse response, ServletOutputStream outermost)
			throws IOException {
		ServletResponse inner = response;
		ServletOutputStream output = outermost;
		while (COMMIT_HOOKS.contains(output.getClass().getName()) && inner instanceof ServletResponseWrapper wrapper) {
			inner = wrapper.getResponse();
			output = inner.getOutputStream();
		}
		return output;
	}

}
