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
			PublishController.class, AdminController.class);

	static boolean isEndpoint(HandlerMethod method) {
		return CONTROLLERS.contains(method.getBeanType());
	}

	boolean contain(HttpServletRequest request, String uri) {
		return contain(request.getContextPath(), uri);
	}

	boolean contain(String contextPath, String uri) {
		String root = contextPath + this.servletPrefix + this.path;
		return uri.startsWith(root) && (uri.length() == root.length() || uri.charAt(root.length()) == '/');
	}

}
