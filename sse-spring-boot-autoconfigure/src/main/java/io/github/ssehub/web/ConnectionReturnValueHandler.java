package io.github.ssehub.web;

import java.io.IOException;
import java.security.Principal;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.SseConnection;
import io.github.ssehub.internal.hub.ConnectionRequest;
import io.github.ssehub.internal.hub.HubConnection;
import io.github.ssehub.internal.hub.LastEventId;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.Assert;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.filter.ShallowEtagHeaderFilter;
import org.springframework.web.method.support.AsyncHandlerMethodReturnValueHandler;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Turns an {@link SseConnection} that a controller returns into a stream.
 *
 * It has to be an <em>async</em> handler: for those values the framework passes over all
 * other handlers, its own for emitters among them. It starts asynchronous processing
 * itself, so there is no second dispatch through the filters when the stream ends,
 * nothing bound to the request lives as long as the stream, and no lock is held while
 * writing. An emitter that is no {@code SseConnection} is none of its business.
 */
final class ConnectionReturnValueHandler implements AsyncHandlerMethodReturnValueHandler {

	private static final Log logger = LogFactory.getLog(ConnectionReturnValueHandler.class);

	static final String CLIENT_ID_HEADER = "X-Client-ID";

	/**
	 * Request attribute that marks a stream.
	 */
	static final String STREAM_ATTRIBUTE = SseConnection.class.getName();

	private static final String CONTENT_TYPE = MediaType.TEXT_EVENT_STREAM_VALUE + ";charset=UTF-8";

	/** What an entity may say of a body of its own. A stream has another one. */
	private static final Set<String> OF_A_BODY = Set.of("content-length", "content-type", "content-encoding",
			"transfer-encoding");

	private final Executor blockingExecutor;

	private final ProblemWriter problems;

	private final RefusalLog refusals = new RefusalLog();

	private final SwallowedOutputs swallowedOutputs = new SwallowedOutputs();

	/** The classes that a warning was given of. */
	private final Set<String> blockingOutputs = ConcurrentHashMap.newKeySet();

	ConnectionReturnValueHandler(Executor blockingExecutor, ProblemWriter problems) {
		this.blockingExecutor = blockingExecutor;
		this.problems = problems;
	}

	@Override
	public boolean isAsyncReturnValue(@Nullable Object returnValue, MethodParameter returnType) {
		return returnValue instanceof HubConnection
				|| (returnValue instanceof HttpEntity<?> entity && entity.getBody() instanceof HubConnection);
	}

	@Override
	public boolean supportsReturnType(MethodParameter returnType) {
		Class<?> type = returnType.getParameterType();
		return SseConnection.class.isAssignableFrom(type) || HttpEntity.class.isAssignableFrom(type);
	}

	@Override
	public void handleReturnValue(@Nullable Object returnValue, MethodParameter returnType,
			ModelAndViewContainer mavContainer, NativeWebRequest webRequest) throws Exception {
		if (!isAsyncReturnValue(returnValue, returnType)) {
			throw new IllegalStateException(
					"There is no handler for the return value of " + returnType.getExecutable());
		}
		mavContainer.setRequestHandled(true);
		HttpServletRequest request = webRequest.getNativeRequest(HttpServletRequest.class);
		HttpServletResponse response = webRequest.getNativeResponse(HttpServletResponse.class);
		Assert.state(request != null && response != null, "Event streams need a servlet request");
		HttpEntity<?> entity = (returnValue instanceof HttpEntity<?> value) ? value : null;
		if (((entity != null) ? entity.getBody() : returnValue) instanceof HubConnection connection) {
			try {
				open(connection, entity, request, response);
			}
			catch (Throwable ex) {
				// Also of an error: the connection holds a place, and its controller
				// waits for the end of it.
				connection.cancel(ex);
				endAsync(request);
				throw ex;
			}
		}
	}

	private void open(HubConnection connection, @Nullable HttpEntity<?> entity, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		LastEventId lastEventId = LastEventIds.newest(request);
		if (lastEventId != null && lastEventId.last()) {
			// WHATWG HTML, section 9.2.3: this status ends the reconnecting.
			response.setStatus(HttpServletResponse.SC_NO_CONTENT);
			connection.cancel(null);
			return;
		}
		if (request.getMethod().equals(HttpMethod.HEAD.name())) {
			writeHead(connection, entity, response);
			connection.cancel(null);
			return;
		}
		if (!request.isAsyncSupported()) {
			throw new IllegalStateException(
					"Event streams need asynchronous requests: the servlet and every filter before it must be registered with asyncSupported=true");
		}
		String sessionId = sessionId(request);
		try {
			connection.admit(new ConnectionRequest(user(request), request.getRemoteAddr(), sessionId, lastEventId));
		}
		catch (ConnectionRefusedException ex) {
			connection.cancel(ex);
			this.refusals.refused(ex, request);
			this.problems.write(Problem.of(ex), request, response);
			return;
		}
		followSession(connection, sessionId, request);
		writeHead(connection, entity, response);
		ShallowEtagHeaderFilter.disableContentCaching(request);
		StreamOutput output;
		try {
			output = ContainerOutput.of(response);
		}
		catch (SwallowedOutputException ex) {
			connection.cancel(ex);
			this.swallowedOutputs.refuse(ex, request, response);
			return;
		}
		stream(connection, startAsync(connection, request, response), output);
	}

	/**
	 * Looks at the session once more: a login or a logout may have come while the
	 * connection waited for its place, when nobody could find it by its session.
	 */
	private static void followSession(HubConnection connection, @Nullable String before, HttpServletRequest request) {
		if (before == null) {
			return;
		}
		String now = sessionId(request);
		if (now == null) {
			connection.end(CloseReason.DISCONNECTED, null);
		}
		else if (!now.equals(before)) {
			connection.changeSessionId(now);
		}
	}

	/**
	 * Ends a request that nobody else will end: whoever answers a failure does not know
	 * that the request goes on.
	 */
	private static void endAsync(HttpServletRequest request) {
		if (request.isAsyncStarted()) {
			try {
				request.getAsyncContext().complete();
			}
			catch (RuntimeException ex) {
				logger.debug("The request had ended already", ex);
			}
		}
	}

	private static AsyncContext startAsync(HubConnection connection, HttpServletRequest request,
			HttpServletResponse response) {
		request.setAttribute(STREAM_ATTRIBUTE, connection);
		AsyncContext context = request.startAsync(request, response);
		context.setTimeout(0);
		return context;
	}

	private void stream(HubConnection connection, AsyncContext context, StreamOutput output) {
		if (output.blocking()) {
			streamBlocking(connection, context, output, null);
			return;
		}
		ServletFrameSink sink = new ServletFrameSink(context, output.stream());
		try {
			sink.start();
		}
		catch (UnsupportedOperationException | IllegalStateException ex) {
			streamBlocking(connection, context, output, ex).awaitFirstWrite();
			return;
		}
		connection.open(sink);
	}

	private BlockingFrameSink streamBlocking(HubConnection connection, AsyncContext context, StreamOutput output,
			@Nullable RuntimeException cause) {
		String type = output.stream().getClass().getName();
		if (!isMock(context.getResponse()) && this.blockingOutputs.add(type)) {
			logger.warn(
					"The output '%s' cannot be written without blocking, so each of its streams takes a thread while it is written to"
						.formatted(type));
			logger.debug("This is how it refused", cause);
		}
		BlockingFrameSink sink = new BlockingFrameSink(context, output, this.blockingExecutor);
		sink.start();
		connection.open(sink);
		return sink;
	}

	/**
	 * A test knows that its response is none of a server.
	 */
	private static boolean isMock(ServletResponse response) {
		ServletResponse innermost = response;
		while (innermost instanceof ServletResponseWrapper wrapper) {
			innermost = wrapper.getResponse();
		}
		return innermost.getClass().getName().startsWith("org.springframework.mock.web.");
	}

	private static void writeHead(SseConnection connection, @Nullable HttpEntity<?> entity,
			HttpServletResponse response) {
		if (entity != null) {
			copyHead(entity, response);
		}
		// Also where the application forces another encoding on its responses.
		response.setContentType(CONTENT_TYPE);
		// 'no-transform' keeps proxies from compressing, the other one nginx from
		// collecting.
		response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform");
		response.setHeader("X-Accel-Buffering", "no");
		response.setHeader(CLIENT_ID_HEADER, connection.getId());
	}

	private static void copyHead(HttpEntity<?> entity, HttpServletResponse response) {
		if (entity instanceof ResponseEntity<?> responseEntity) {
			response.setStatus(responseEntity.getStatusCode().value());
		}
		entity.getHeaders().forEach((name, values) -> {
			if (!OF_A_BODY.contains(name.toLowerCase(Locale.ROOT))) {
				values.forEach((value) -> response.addHeader(name, value));
			}
		});
	}

	private static @Nullable String user(HttpServletRequest request) {
		Principal principal = request.getUserPrincipal();
		return (principal != null) ? principal.getName() : null;
	}

	private static @Nullable String sessionId(HttpServletRequest request) {
		HttpSession session = request.getSession(false);
		return (session != null) ? session.getId() : null;
	}

}
