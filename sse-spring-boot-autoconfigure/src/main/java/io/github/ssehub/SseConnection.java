package io.github.ssehub;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * A client's open event stream. It is an {@link SseEmitter}, so a controller returns it:
 *
 * <pre class="code">
 * &#064;GetMapping("/chat/{room}")
 * SseEmitter join(&#064;PathVariable String room) {
 *     return this.connections.open().topic("chat-" + room).build();
 * }
 * </pre>
 *
 * The inherited methods keep their meaning. {@code send} sends to this connection alone.
 * When a client is slower than the application, what is sent waits, bounded by
 * {@code sse.buffer.bytes}, and then {@code send} waits as well, on the caller's thread.
 * A client that takes nothing for {@code sse.buffer.send-timeout} is given up as
 * {@link CloseReason#SLOW_CONSUMER}. {@code send} throws
 * <ul>
 * <li>a {@link ConnectionClosedException} once the connection is over, with the
 * reason,</li>
 * <li>an {@link EventTooLargeException} if the event has more bytes than
 * {@code sse.max-event-size},</li>
 * <li>an {@link java.io.InterruptedIOException} if the thread is interrupted while it
 * waits,</li>
 * <li>an {@link IllegalStateException} if more than {@code sse.buffer.bytes} wait and the
 * controller does not return the connection within that time.</li>
 * </ul>
 * A thread can send as soon as the connection is built. The thread that built it never
 * waits before the controller has returned it.
 * <p>
 * What is sent is in no log, so a client that reconnects does not get it again. It
 * arrives in the order in which it was sent. An event that is published meanwhile may
 * overtake what waits for a slow client.
 * <p>
 * {@code complete} ends the stream after all that was sent. {@code onCompletion} is
 * called once for every connection that its controller returned, also if it was never
 * opened: the request was refused, was a HEAD request, or answered with 204.
 * {@code onError} is called before that when the client was lost or too slow, when the
 * request failed, and after {@code completeWithError}; {@code onTimeout} when the client
 * took nothing for too long and at the end of {@code sse.max-lifetime}. A callback that
 * is registered after the end is called at once. Callbacks run on threads of their own,
 * those of one connection one after the other. All methods are safe for use by any
 * thread.
 */
public abstract class SseConnection extends SseEmitter {

	/**
	 * For the starter alone.
	 */
	protected SseConnection() {
		super(0L);
	}

	/**
	 * Sends an event as {@code send} does, if that needs no wait.
	 * @param data the data
	 * @return whether the event was taken; {@code false} if too much waits for the client
	 * @throws ConnectionClosedException if the connection is over
	 * @throws EventTooLargeException if the event has more bytes than
	 * {@code sse.max-event-size}
	 */
	public abstract boolean trySend(Object data);

	/**
	 * Sends an event as {@code send} does, if that needs no wait.
	 * @param builder the event
	 * @return whether the event was taken; {@code false} if too much waits for the client
	 * @throws ConnectionClosedException if the connection is over
	 * @throws EventTooLargeException if the event has more bytes than
	 * {@code sse.max-event-size}
	 */
	public abstract boolean trySend(SseEventBuilder builder);

	/**
	 * Registers a callback that is called each time when there is room again after
	 * {@code trySend} has answered {@code false}. Not called at the end of the
	 * connection.
	 * @param callback the callback
	 */
	public abstract void onWritable(Runnable callback);

	/**
	 * Called by Spring MVC's own handler of emitters, to which a connection never comes
	 * unless the starter's is missing. That one would take it, and never write a byte.
	 */
	@Override
	protected final void extendResponse(ServerHttpResponse outputMessage) {
		throw new IllegalStateException(
				"The connection '%s' was returned to a RequestMappingHandlerAdapter that the starter does not know: make that adapter a bean of the application context that has the starter's auto-configuration"
					.formatted(getId()));
	}

	/**
	 * The id of this connection, which the client finds in {@code X-Client-ID}.
	 * @return the id
	 */
	public abstract String getId();

	/**
	 * The name of the {@link java.security.Principal} who opened the connection.
	 * @return the name; {@code null} before the connection is returned from its
	 * controller and for an anonymous client
	 */
	public abstract @Nullable String getUser();

	/**
	 * The topics the connection is subscribed to.
	 * @return an immutable copy
	 */
	public abstract Set<String> getTopics();

	/**
	 * The event names the client asked for.
	 * @return an immutable set, empty when it gets all
	 */
	public abstract Set<String> getEvents();

	/**
	 * What the application noted when it opened the connection.
	 * @return an immutable map
	 */
	public abstract Map<String, String> getMetadata();

	/**
	 * The client's address as the server sees it, after
	 * {@code server.forward-headers-strategy}.
	 * @return the address; {@code null} before the connection is returned from its
	 * controller
	 */
	public abstract @Nullable String getRemoteAddress();

	/**
	 * When the connection was created.
	 * @return the time
	 */
	public abstract Instant getConnectedAt();

	/**
	 * Where the connection is in its life.
	 * @return the state
	 */
	public abstract ConnectionState getState();

	/**
	 * How many events were written to the client, not counting those that the starter
	 * itself writes.
	 * @return the number of events
	 */
	public abstract long getMessageCount();

	/**
	 * How many bytes those events had.
	 * @return the number of bytes
	 */
	public abstract long getBytesSent();

	/**
	 * How many events wait to be written.
	 * @return the number of events
	 */
	public abstract int getQueuedEvents();

	/**
	 * How many bytes wait to be written.
	 * @return the number of bytes
	 */
	public abstract long getQueuedBytes();

	@Override
	public String toString() {
		String user = getUser();
		return "SseConnection[id=" + getId() + ", user=" + ((user != null) ? SseFields.show(user) : null) + ", state="
				+ getState() + "]";
	}

}
