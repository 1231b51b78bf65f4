package io.github.ssehub.web;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Tells the requests of the starter from those of the application.
 *
 * @param servletPrefix the path of the dispatcher servlet, without a slash at the end
 * @param path the value of {@code sse.path}
 */
record EndpointPaths(String servletPrefix, String path) {

	boolean contain(HttpServletRequest request, String uri) {
		String root = request.getContextPath() + this.servletPrefix + this.path;
		return uri.startsWith(root) && (uri.length() == root.length() || uri.charAt(root.length()) == '/');
	}

}
