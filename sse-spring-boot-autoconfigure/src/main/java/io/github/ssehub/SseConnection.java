package io.github.ssehub;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
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
 * The inherited methods keep their meaning: {@code send} queues for this connection alone
 * and neither waits for the client nor fails because of it, {@code complete} ends the
 * stream after what is queued. All methods are safe for use by any thread. Callbacks run
 * on the thread of the {@linkplain SseConnectionListener listeners}.
 */
public abstract class SseConnection extends SseEmitter {

	/**
	 * For the starter alone.
	 */
	protected SseConnection() {
		super(0L);
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
		return "SseConnection[id=" + getId() + ", user=" + getUser() + ", state=" + getState() + "]";
	}

}
