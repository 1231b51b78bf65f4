package io.github.ssehub.web;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Set;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;

import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;

/**
 * Finds the output that a stream is written to below wrappers that have nothing to do
 * with its bytes.
 */
final class ContainerOutput {

	/**
	 * Responses that write something into the head before it is sent: Spring Security its
	 * headers, Spring Session its cookie. Their filters do so at the latest when the
	 * request's thread leaves them, and Jetty calls for the first write only after that.
	 */
	private static final Set<String> DONE_BEFORE_THE_FIRST_WRITE = Set.of(
			"org.springframework.security.web.header.HeaderWriterFilter$HeaderWriterResponse",
			"org.springframework.session.web.http.SessionRepositoryFilter$SessionRepositoryResponseWrapper");

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
		ServletOutputStream inner = innermost(unlocked).getOutputStream();
		return JettyOutput.isJettys(inner) ? new JettyOutput(inner) : unlocked.getOutputStream();
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

	/**
	 * Takes off the wrappers that have done their work by the first write, and those that
	 * hand out the output of what they wrap.
	 */
	static ServletResponse innermost(ServletResponse response) {
		ServletResponse inner = response;
		while (inner instanceof ServletResponseWrapper wrapper
				&& (DONE_BEFORE_THE_FIRST_WRITE.contains(wrapper.getClass().getName()) || inheritsOutput(wrapper))) {
			inner = wrapper.getResponse();
		}
		return inner;
	}

	private static boolean inheritsOutput(ServletResponseWrapper wrapper) {
		Method method = ClassUtils.getMethodIfAvailable(wrapper.getClass(), "getOutputStream");
		return method != null && method.getDeclaringClass() == ServletResponseWrapper.class;
	}

}
