package io.github.ssehub.web;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.web.method.support.HandlerMethodReturnValueHandler;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * Makes every adapter of its application context take connections that a controller
 * returns. Those of a parent context have a handler of the parent, and requests. A
 * {@code WebMvcConfigurer} would not do: an application that extends
 * {@code WebMvcConfigurationSupport}, or makes an adapter itself, asks none.
 */
final class ReturnValueHandlerRegistration implements SmartInitializingSingleton {

	private final ConnectionReturnValueHandler handler;

	private final ListableBeanFactory beans;

	ReturnValueHandlerRegistration(ConnectionReturnValueHandler handler, ListableBeanFactory beans) {
		this.handler = handler;
		this.beans = beans;
	}

	@Override
	public void afterSingletonsInstantiated() {
		this.beans.getBeansOfType(RequestMappingHandlerAdapter.class)
			.values()
			.forEach((adapter) -> adapter.setReturnValueHandlers(with(adapter.getReturnValueHandlers())));
	}

	private List<HandlerMethodReturnValueHandler> with(@Nullable List<HandlerMethodReturnValueHandler> others) {
		List<HandlerMethodReturnValueHandler> handlers = new ArrayList<>();
		if (others != null) {
			handlers.addAll(others);
		}
		// The last one: of an entity only its value tells whether it is a connection, and
		// for those the others are passed over.
		handlers.add(this.handler);
		return handlers;
	}

}
