package io.github.ssehub.web;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import io.github.ssehub.internal.delivery.FrameSink;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Writes to a response without blocking (Servlet 6.1, section 5.7).
 *
 * The rules: {@code isReady()} is asked before every write and every flush; when it says
 * no, nothing is touched until {@link #onWritePossible()}. Once the container has
 * reported an error or the end, the response may belong to another request, so
 * {@link #dead} is set first and nothing is touched again. Containers differ in which of
 * their callbacks they call for a lost client, so all of them lead to the same place.
 */
final class ServletFrameSink implements FrameSink, WriteListener, AsyncListener {

	private static final Log logger = LogFactory.getLog(ServletFrameSink.class);

	private final AsyncContext context;

	private final ServletOutputStream output;

	/** The container may call before there is somebody to tell. */
	private final CompletableFuture<Listener> listener = new CompletableFuture<>();

	private boolean flushPending;

	/** Set before anything else when the response must not be written to any more. */
	private volatile boolean dead;

	/** Set when the container is done with the request. */
	private volatile boolean over;

	ServletFrameSink(AsyncContext context, ServletOutputStream output) {
		this.context = context;
		this.output = output;
	}

	/**
	 * Starts listening. From now on the container may call.
	 * @throws RuntimeException if the response cannot be written without blocking
	 */
	void start() {
		this.output.setWriteListener(this);
		this.context.addListener(this);
	}

	@Override
	public void attach(Listener listener) {
		this.listener.complete(listener);
	}

	@Override
	public boolean resume() throws IOException {
		requireAlive();
		if (!this.output.isReady()) {
			return false;
		}
		return !this.flushPending || flush();
	}

	@Override
	public boolean write(byte[] bytes, int offset, int length) throws IOException {
		requireAlive();
		this.output.write(bytes, offset, length);
		if (!this.output.isReady()) {
			this.flushPending = true;
			return false;
		}
		return flush();
	}

	private boolean flush() throws IOException {
		this.flushPending = false;
		this.output.flush();
		return this.output.isReady();
	}

	private void requireAlive() throws IOException {
		if (this.dead) {
			throw new IOException("The response is over");
		}
	}

	@Override
	public void complete() {
		if (!this.dead) {
			this.dead = true;
			completeContext();
		}
	}

	/**
	 * Completing a response that has bytes left to write would make a container thread
	 * wait for the client. It ends when the client reads on, or by the container's write
	 * timeout.
	 */
	@Override
	public void abandon() {
		this.dead = true;
	}

	private void completeContext() {
		if (!this.over) {
			try {
				this.context.complete();
			}
			catch (RuntimeException ex) {
				logger.debug("The container had ended the request already", ex);
			}
		}
	}

	// WriteListener

	@Override
	public void onWritePossible() {
		if (this.dead) {
			completeContext();
		}
		else {
			this.listener.thenAccept(Listener::onWritable);
		}
	}

	@Override
	public void onError(Throwable cause) {
		fail(cause);
	}

	/**
	 * Jetty reports a lost client to the write listener alone. Tomcat reports it to both,
	 * in this order, and dispatches to the error page unless the second one completes the
	 * request once more.
	 */
	private void fail(Throwable cause) {
		this.dead = true;
		this.listener.thenAccept((listener) -> listener.onFailure(cause));
		completeContext();
	}

	// AsyncListener

	@Override
	public void onComplete(AsyncEvent event) {
		this.over = true;
		if (!this.dead) {
			this.dead = true;
			IOException cause = new IOException("The container ended the request");
			this.listener.thenAccept((listener) -> listener.onFailure(cause));
		}
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		fail(new TimeoutException("The container's timeout passed"));
	}

	@Override
	public void onError(AsyncEvent event) {
		Throwable cause = event.getThrowable();
		fail((cause != null) ? cause : new IOException("The client is gone"));
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

}
