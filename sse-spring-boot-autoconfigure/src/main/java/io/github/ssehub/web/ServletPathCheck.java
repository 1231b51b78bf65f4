package io.github.ssehub.web;

import java.util.Map;

import io.github.ssehub.autoconfigure.SseConfigurationException;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Stops the start when another servlet takes the requests that are meant for the
 * endpoints, which nobody would notice before the first client gets 404.
 */
final class ServletPathCheck implements SmartInitializingSingleton {

	private final EndpointPaths paths;

	private final ServletContext servletContext;

	ServletPathCheck(EndpointPaths paths, ServletContext servletContext) {
		this.paths = paths;
		this.servletContext = servletContext;
	}

	@Override
	public void afterSingletonsInstantiated() {
		String path = this.paths.servletPrefix() + this.paths.path();
		String longest = null;
		ServletRegistration owner = null;
		for (Map.Entry<String, ? extends ServletRegistration> entry : this.servletContext.getServletRegistrations()
			.entrySet()) {
			for (String mapping : entry.getValue().getMappings()) {
				if (covers(mapping, path) && (longest == null || mapping.length() > longest.length())) {
					longest = mapping;
					owner = entry.getValue();
				}
			}
		}
		if (owner != null && !isDispatcherServlet(owner.getClassName())) {
			throw new SseConfigurationException("sse.path", this.paths.path(),
					"the servlet '%s' owns %s, so no request would reach the endpoints".formatted(owner.getName(),
							longest),
					"Set sse.path to a path outside of %s, or map that servlet elsewhere.".formatted(longest));
		}
	}

	/**
	 * Prefix mappings alone can take whole paths (Servlet 6.1, section 12.1).
	 */
	private static boolean covers(String mapping, String path) {
		return mapping.endsWith("/*") && (path + "/").startsWith(mapping.substring(0, mapping.length() - 1));
	}

	private static boolean isDispatcherServlet(@Nullable String className) {
		return DispatcherServlet.class.getName().equals(className);
	}

}
