package io.github.ssehub.web;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.internal.wire.EventEncoder;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;

import org.springframework.util.ClassUtils;

/**
 * The output that a filter has put in the place of the container's. It may pass on what
 * it gets, change it, or keep it, and what it says about being ready may be made up. So
 * it is tried out on the request's thread, before the stream begins.
 */
final class ReplacedOutput {

	/** An empty comment, which clients pass over. */
	private static final byte[] PROBE = EventEncoder.comment("");

	private final ServletResponse response;

	private final ServletResponse own;

	/**
	 * Creates an output that is to be tried out.
	 * @param response the response that the filter has made
	 * @param own the container's response below it
	 */
	ReplacedOutput(ServletResponse response, ServletResponse own) {
		this.response = response;
		this.own = own;
	}

	/**
	 * Writes an empty comment and looks at what arrives.
	 * @return how to write to the output: without blocking only if it passes on each
	 * write as it is, because one write that became several would not ask in between
	 * whether the container is ready
	 */
	StreamOutput tryOut() throws IOException {
		ServletOutputStream outer = this.response.getOutputStream();
		ArrivedBytes arrived = ArrivedBytes.at(this.own);
		long before = arrived.count();
		outer.write(PROBE, 0, PROBE.length);
		long atOnce = arrived.count() - before;
		flush(outer);
		requireMoreThan(before, arrived);
		if (atOnce == PROBE.length && passesOnArrays(outer)) {
			return StreamOutput.nonBlocking(new PassedOnOutput(outer, this.own.getOutputStream()), this.response);
		}
		if (arrived.isExact()) {
			// What has arrived may be the head of a compressed body and nothing else.
			long head = arrived.count();
			outer.write(PROBE, 0, PROBE.length);
			flush(outer);
			requireMoreThan(head, arrived);
		}
		return StreamOutput.blocking(outer, this.response);
	}

	private void flush(ServletOutputStream outer) throws IOException {
		outer.flush();
		this.response.flushBuffer();
	}

	private void requireMoreThan(long before, ArrivedBytes arrived) {
		if (arrived.count() == before) {
			throw new SwallowedOutputException(wrappers(), this.own.isCommitted());
		}
	}

	/** What {@link OutputStream} does with an array is one write for each byte. */
	private static boolean passesOnArrays(ServletOutputStream output) {
		Method method = ClassUtils.getMethodIfAvailable(output.getClass(), "write", byte[].class, int.class, int.class);
		return method != null && method.getDeclaringClass() != OutputStream.class;
	}

	private List<String> wrappers() {
		List<String> names = new ArrayList<>();
		ServletResponse next = this.response;
		while (next instanceof ServletResponseWrapper wrapper) {
			if (ContainerOutput.replacesOutput(wrapper)) {
				names.add(wrapper.getClass().getName());
			}
			next = wrapper.getResponse();
		}
		return names;
	}

}
