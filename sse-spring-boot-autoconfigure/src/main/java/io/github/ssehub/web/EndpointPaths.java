package io.github.ssehub.web;

import java.util.Set;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.web.method.HandlerMethod;

/**
 * Tells the requests of the starter from those of the application.
 *
 * @param servletPrefix the path of the dispatcher servlet, without a slash at the end
 * @param path the value of {@code sse.path}
 */
record EndpointPaths(String servletPrefix, String path) {

	private static final Set<Class<?>> CONTROLLERS = Set.of(ConnectController.class, ConnectionController.class,
			AdminController.class);

	static boolean isEndpoint(HandlerMethod method) {
		return CONTROLLERS.contains(method.getBeanType());
	}

	boolean contain(HttpServletRequest request, String uri) {
		String root = request.getContextPath() + this.servletPrefix + this.path;
		return uri.startsWith(root) && (uri.length() == root.length() || uri.charAt(root.length()) == '/');
	}

}
