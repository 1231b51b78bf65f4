package io.github.ssehub.web;

import io.github.ssehub.autoconfigure.SseConfigurationException;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Stops the start when the application moves the endpoints elsewhere, with a path prefix
 * for all controllers for instance: the filter chain that protects them knows
 * {@code sse.path} alone.
 */
final class MappingPathCheck implements SmartInitializingSingleton {

	private final EndpointPaths paths;

	private final ListableBeanFactory beans;

	MappingPathCheck(EndpointPaths paths, ListableBeanFactory beans) {
		this.paths = paths;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.beans.getBeansOfType(RequestMappingHandlerMapping.class)
			.values()
			.forEach((mapping) -> mapping.getHandlerMethods().forEach(this::check));
	}

	private void check(RequestMappingInfo mapping, HandlerMethod method) {
		if (!EndpointPaths.isEndpoint(method)) {
			return;
		}
		for (String pattern : mapping.getPatternValues()) {
			if (!pattern.startsWith(this.paths.path() + "/")) {
				throw new SseConfigurationException("sse.path", this.paths.path(),
						"the application maps the endpoint to %s, where nothing protects it".formatted(pattern),
						"Leave controllers of the package %s out of the path prefix, and set sse.path to the path you want."
							.formatted(MappingPathCheck.class.getPackageName()));
			}
		}
	}

}
