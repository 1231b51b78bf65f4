package io.github.ssehub.web;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Set;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;

import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.async.StandardServletAsyncWebRequest;
import org.springframework.web.util.ContentCachingResponseWrapper;

/**
 * Finds the output that a stream is written to below wrappers that have nothing to do
 * with its bytes, and below those that would keep them.
 */
final class ContainerOutput {

	/**
	 * Responses that write something into the head before it is sent: Spring Security its
	 * headers and its session, Spring Session its cookie. Their filters do so at the
	 * latest when the request's thread leaves them, and the container calls for the first
	 * write only after that.
	 */
	private static final Set<String> DONE_BEFORE_THE_FIRST_WRITE = Set.of(
			"org.springframework.security.web.header.HeaderWriterFilter$HeaderWriterResponse",
			"org.springframework.security.web.context.HttpSessionSecurityContextRepository$SaveToSessionResponseWrapper",
			"org.springframework.session.web.http.SessionRepositoryFilter$SessionRepositoryResponseWrapper");

	private ContainerOutput() {
	}

	/**
	 * Finds the output of a response. Where a filter has replaced it, this tries it out:
	 * it writes an empty comment and flushes.
	 * @param response the response as the application sees it, with its headers
	 * @return its output; where that is Jetty's in the end, one that writes to it
	 * directly
	 * @throws SwallowedOutputException if nothing would reach the client
	 * @throws IOException if there is none
	 */
	static StreamOutput of(ServletResponse response) throws IOException {
		ServletResponse unlocked = withoutLifecycle(response);
		ServletResponse inner = innermost(unlocked);
		ServletResponse below = belowCaches(unlocked, inner);
		if (!(inner instanceof ServletResponseWrapper)) {
			return direct(below, inner);
		}
		ServletResponse own = containersOwn(inner);
		if (inner.getOutputStream() == own.getOutputStream()) {
			return direct(below, own);
		}
		writeHeadsAbove(below, unlocked);
		return new ReplacedOutput(below, own).tryOut();
	}

	private static StreamOutput direct(ServletResponse response, ServletResponse own) throws IOException {
		ServletOutputStream containers = own.getOutputStream();
		return JettyOutput.isJettys(containers) ? StreamOutput.nonBlocking(new JettyOutput(containers), response)
				: StreamOutput.nonBlocking(response.getOutputStream(), response);
	}

	static ServletResponse containersOwn(ServletResponse response) {
		ServletResponse own = response;
		while (own instanceof ServletResponseWrapper wrapper) {
			own = wrapper.getResponse();
		}
		return own;
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
	 * Takes off the wrappers that have done their work by the first write, those that
	 * hand out the output of what they wrap, and those that only keep what is written for
	 * their filter: a filter that finds nothing kept writes nothing.
	 */
	static ServletResponse innermost(ServletResponse response) {
		ServletResponse inner = response;
		while (inner instanceof ServletResponseWrapper wrapper && (isCache(wrapper) || !replacesOutput(wrapper))) {
			inner = wrapper.getResponse();
		}
		return inner;
	}

	/**
	 * Takes off as little as possible so that no wrapper that keeps what is written is
	 * left above the innermost.
	 */
	private static ServletResponse belowCaches(ServletResponse response, ServletResponse innermost) {
		ServletResponse below = response;
		ServletResponse next = response;
		while (next != innermost && next instanceof ServletResponseWrapper wrapper) {
			next = wrapper.getResponse();
			if (isCache(wrapper)) {
				below = next;
			}
		}
		return below;
	}

	/**
	 * Lets those write into the head that would be passed by when it is sent. The cache
	 * below them keeps it from being sent now.
	 */
	private static void writeHeadsAbove(ServletResponse below, ServletResponse response) throws IOException {
		ServletResponse next = response;
		while (next != below && next instanceof ServletResponseWrapper wrapper) {
			if (isDoneBeforeTheFirstWrite(wrapper)) {
				wrapper.flushBuffer();
			}
			next = wrapper.getResponse();
		}
	}

	/**
	 * Whether a wrapper may change or keep the bytes.
	 */
	static boolean replacesOutput(ServletResponseWrapper wrapper) {
		return !isDoneBeforeTheFirstWrite(wrapper) && !inheritsOutput(wrapper);
	}

	private static boolean isDoneBeforeTheFirstWrite(ServletResponseWrapper wrapper) {
		return DONE_BEFORE_THE_FIRST_WRITE.contains(wrapper.getClass().getName());
	}

	private static boolean isCache(ServletResponse wrapper) {
		return wrapper instanceof ContentCachingResponseWrapper;
	}

	private static boolean inheritsOutput(ServletResponseWrapper wrapper) {
		Method method = ClassUtils.getMethodIfAvailable(wrapper.getClass(), "getOutputStream");
		return method != null && method.getDeclaringClass() == ServletResponseWrapper.class;
	}

}
