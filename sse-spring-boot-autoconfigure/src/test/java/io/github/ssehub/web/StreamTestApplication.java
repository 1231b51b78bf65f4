package io.github.ssehub.web;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePublisher;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * An application that uses the starter, for tests over HTTP.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ StreamTestApplication.ApplicationController.class, StreamTestApplication.RecordingListener.class,
		StreamTestApplication.DispatchRecorder.class, StreamTestApplication.AsyncCounter.class })
class StreamTestApplication {

	/**
	 * A reference to the method, because the manager itself would replace each password
	 * with a hash that takes long to check at every request.
	 */
	@Bean
	UserDetailsService users() {
		UserDetailsService users = new InMemoryUserDetailsManager(user("admin", "USER", "ADMIN"), user("alice", "USER"),
				user("bob", "USER"));
		return users::loadUserByUsername;
	}

	private static org.springframework.security.core.userdetails.UserDetails user(String name, String... roles) {
		return User.withUsername(name).password("{noop}" + name).roles(roles).build();
	}

	/**
	 * Sees every second dispatch of a request.
	 */
	@Bean
	FilterRegistrationBean<DispatchRecorder> dispatchRecorder(DispatchRecorder recorder) {
		FilterRegistrationBean<DispatchRecorder> registration = new FilterRegistrationBean<>(recorder);
		registration.setDispatcherTypes(DispatcherType.ASYNC, DispatcherType.ERROR);
		registration.setAsyncSupported(true);
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	/**
	 * Counts the asynchronous requests that the container has not ended.
	 */
	@Bean
	FilterRegistrationBean<AsyncCounter> asyncCounter(AsyncCounter counter) {
		FilterRegistrationBean<AsyncCounter> registration = new FilterRegistrationBean<>(counter);
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	static class AsyncCounter implements Filter, AsyncListener {

		final AtomicInteger open = new AtomicInteger();

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			chain.doFilter(request, response);
			if (request.isAsyncStarted()) {
				this.open.incrementAndGet();
				request.getAsyncContext().addListener(this);
			}
		}

		@Override
		public void onComplete(AsyncEvent event) {
			this.open.decrementAndGet();
		}

		@Override
		public void onTimeout(AsyncEvent event) {
		}

		@Override
		public void onError(AsyncEvent event) {
		}

		@Override
		public void onStartAsync(AsyncEvent event) {
		}

	}

	static class DispatchRecorder implements Filter {

		final BlockingQueue<String> dispatches = new LinkedBlockingQueue<>();

		@Override
		public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
				throws IOException, ServletException {
			this.dispatches.add(request.getDispatcherType() + " " + ((HttpServletRequest) request).getRequestURI());
			chain.doFilter(request, response);
		}

	}

	@RestController
	static class ApplicationController {

		final BlockingQueue<String> cleaned = new LinkedBlockingQueue<>();

		private final SseConnections connections;

		ApplicationController(SseConnections connections) {
			this.connections = connections;
		}

		@GetMapping("/chat/{room}")
		SseEmitter join(@PathVariable String room) throws Exception {
			SseConnection connection = this.connections.open()
				.topic("chat-room-" + room)
				.metadata("room", room)
				.build();
			connection.send(SseEmitter.event().name("welcome").data(List.of("early", room)));
			return connection;
		}

		@GetMapping("/chat-entity/{room}")
		ResponseEntity<SseEmitter> joinByEntity(@PathVariable String room) {
			return ResponseEntity.status(202)
				.header("X-Room", room)
				.body(this.connections.open().topic("chat-room-" + room).build());
		}

		@GetMapping("/done")
		SseEmitter done() throws Exception {
			SseConnection connection = this.connections.open().build();
			connection.send("only");
			connection.complete();
			return connection;
		}

		/**
		 * A producer on a thread of its own that knows nothing of its client, as one that
		 * passes on the tokens of a model.
		 */
		@GetMapping("/tokens/{count}")
		SseEmitter tokens(@PathVariable int count) {
			SseConnection connection = this.connections.open().build();
			new Thread(() -> {
				try {
					for (int i = 0; i < count; i++) {
						connection.send("%07d %s".formatted(i, "x".repeat(90)));
					}
					connection.complete();
				}
				catch (IOException | RuntimeException ex) {
					connection.completeWithError(ex);
				}
			}, "tokens").start();
			return connection;
		}

		@GetMapping("/cleaned")
		SseEmitter cleaned() {
			SseConnection connection = this.connections.open().build();
			connection.onError((ex) -> this.cleaned.add(ex.getClass().getSimpleName()));
			connection.onCompletion(() -> this.cleaned.add("completed"));
			return connection;
		}

		@GetMapping("/plain")
		SseEmitter plain() throws Exception {
			SseEmitter emitter = new SseEmitter();
			emitter.send(SseEmitter.event().name("plain").data("untouched"));
			emitter.complete();
			return emitter;
		}

		@GetMapping("/token")
		String token(CsrfToken token) {
			return token.getToken();
		}

		@GetMapping("/rest")
		String rest() {
			return "protected";
		}

	}

	static class RecordingListener implements SseConnectionListener {

		final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

		/** A listener that publishes is what many applications have. */
		final SsePublisher publisher;

		RecordingListener(SsePublisher publisher) {
			this.publisher = publisher;
		}

		@Override
		public void onConnected(SseConnection connection) {
			this.calls.add("connected " + connection.getId());
		}

		@Override
		public void onDisconnected(SseConnection connection, CloseReason reason) {
			this.calls.add("disconnected " + connection.getId() + " " + reason.tag());
		}

		@Override
		public void onDropped(SseConnection connection, DropReason reason, int count) {
			this.calls.add("dropped " + connection.getId() + " " + reason.tag() + " " + count);
		}

	}

}
