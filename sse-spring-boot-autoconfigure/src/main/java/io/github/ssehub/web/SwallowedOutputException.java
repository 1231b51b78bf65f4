package io.github.ssehub.web;

import java.util.List;

/**
 * What is written to a response does not reach the client, or not in time, because a
 * filter keeps it.
 */
class SwallowedOutputException extends RuntimeException {

	private final List<String> wrappers;

	private final boolean committed;

	/**
	 * Creates the exception.
	 * @param wrappers the classes of the responses that replace the output, the outermost
	 * first
	 * @param committed whether the status has been sent
	 */
	SwallowedOutputException(List<String> wrappers, boolean committed) {
		super("The response '%s' of a filter keeps the bytes of an event stream instead of passing them on: exclude the stream from the filter that makes this response, or let its output pass on each write and each flush at once"
			.formatted(String.join("' around '", wrappers)));
		this.wrappers = wrappers;
		this.committed = committed;
	}

	List<String> getWrappers() {
		return this.wrappers;
	}

	boolean isCommitted() {
		return this.committed;
	}

}
