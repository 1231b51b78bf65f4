package io.github.ssehub.web;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;

/**
 * Where the bytes of a stream are written to.
 *
 * @param stream the output
 * @param response the response it belongs to
 * @param blocking whether it has to be written by a thread that may wait
 */
record StreamOutput(ServletOutputStream stream, ServletResponse response, boolean blocking) {

	static StreamOutput nonBlocking(ServletOutputStream stream, ServletResponse response) {
		return new StreamOutput(stream, response, false);
	}

	static StreamOutput blocking(ServletOutputStream stream, ServletResponse response) {
		return new StreamOutput(stream, response, true);
	}

}
