package io.github.ssehub.web;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.ssehub.internal.delivery.FrameSink;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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

	private static final long FOREIGN_COMPLETION_PATIENCE_NANOS = 1_000_000_000;

	private static final VarHandle WRITING = handle("writing");

	private static final VarHandle PENDING = handle("pending");

	private final AsyncContext context;

	private final ServletOutputStream output;

	private final ServletResponse response;

	/** The container may call before there is somebody to tell. */
	private final CompletableFuture<Listener> listener = new CompletableFuture<>();

	private boolean flushPending;

	/** Set before anything else when the response must not be written to any more. */
	private volatile boolean dead;

	/**
	 * Whether the container has bytes left to write and will call
	 * {@link #onWritePossible()}. It does so once at the beginning.
	 */
	private volatile boolean pending = true;

	/** Set by whoever completes the request, the loop or the container: only one does. */
	private final AtomicBoolean completed = new AtomicBoolean();

	/** Whether the loop is inside of a call to the response. */
	private volatile boolean writing;

	/** Set once, so that a write stores no reference: that would cost it a barrier. */
	private @Nullable Thread loop;

	/** Set when the container is done with the request. */
	private volatile boolean over;

	private static VarHandle handle(String field) {
		try {
			return MethodHandles.lookup().findVarHandle(ServletFrameSink.class, field, boolean.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	ServletFrameSink(AsyncContext context, ServletOutputStream output) {
		this.context = context;
		this.output = output;
		this.response = ContainerOutput.containersOwn(context.getResponse());
	}

	/**
	 * Starts listening. From now on the container may call. A response that refuses
	 * leaves nothing behind: the sink that takes its place listens for the end of the
	 * request.
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

	/**
	 * Asks the response for things that lead a container to much of what it needs for a
	 * write. It may have ended the response meanwhile, and may even use it for another
	 * request: the answers are of no use to anybody.
	 */
	@Override
	public int prefetch() {
		if (this.pending || this.dead) {
			return 0;
		}
		try {
			return this.response.getBufferSize() + (this.response.isCommitted() ? 1 : 0);
		}
		catch (RuntimeException | LinkageError ex) {
			return 0;
		}
	}

	@Override
	public boolean resume() throws IOException {
		enter();
		try {
			return isReady() && (!this.flushPending || flush());
		}
		catch (IOException | RuntimeException ex) {
			failed();
			throw ex;
		}
		finally {
			leave();
		}
	}

	@Override
	public boolean write(byte[] bytes, int offset, int length) throws IOException {
		enter();
		try {
			this.output.write(bytes, offset, length);
			this.flushPending = true;
			return isReady() && flush();
		}
		catch (IOException | RuntimeException ex) {
			failed();
			throw ex;
		}
		finally {
			leave();
		}
	}

	/**
	 * Completes the request at once. Tomcat may be on its way out of a callback, where it
	 * sees that the connection has failed: it then ends a request that is complete, and
	 * forgets one that is not, for which a graceful shutdown would wait.
	 */
	private void failed() {
		completeOnce();
	}

	private boolean flush() throws IOException {
		this.flushPending = false;
		this.output.flush();
		return isReady();
	}

	private boolean isReady() {
		// Set before asking, because the call may come before the answer. The container's
		// own locks make it seen in time.
		PENDING.setRelease(this, true);
		boolean ready = this.output.isReady();
		if (ready) {
			PENDING.setRelease(this, false);
		}
		return ready;
	}

	private void enter() throws IOException {
		begin();
		if (this.dead) {
			leave();
			throw new IOException("The response is over");
		}
	}

	private void begin() {
		if (this.loop == null) {
			this.loop = Thread.currentThread();
		}
		// Followed by a look at 'dead', while a container that has set 'dead' looks at
		// this: one of them sees the other.
		this.writing = true;
	}

	private void leave() {
		WRITING.setRelease(this, false);
	}

	/**
	 * Forbids further calls and waits for one that is under way, which never waits for
	 * the client. Tomcat hands the request to the next client as soon as its callbacks
	 * have returned, and a write that has just failed would leave its error there.
	 * @param patience how long to wait at most, in nanoseconds
	 */
	private void die(long patience) {
		this.dead = true;
		long start = System.nanoTime();
		while (this.writing && Thread.currentThread() != this.loop) {
			if (System.nanoTime() - start > patience) {
				logger.error("A write has not returned while its request ends. It is left alone");
				return;
			}
			Thread.yield();
		}
	}

	@Override
	public void complete() {
		end(true);
	}

	/**
	 * Completing a response that has bytes left to write would make a container thread
	 * wait for the client. It ends when the client reads on, or by the container's write
	 * timeout.
	 */
	@Override
	public void abandon() {
		end(false);
	}

	/**
	 * Ends the response unless the container does. A container that has just found the
	 * client lost waits for this as it does for a write: it hands the very same context
	 * to the next client, whose stream a late call would end.
	 * @param drained whether all bytes are known to be written
	 */
	private void end(boolean drained) {
		begin();
		try {
			if (!this.dead) {
				// The container sets 'pending' and then looks at this, so one of the two
				// completes the request.
				this.dead = true;
				if (drained || !this.pending) {
					completeOnce();
				}
			}
		}
		finally {
			leave();
		}
	}

	private void completeOnce() {
		if (this.completed.compareAndSet(false, true)) {
			completeContext();
		}
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
		this.pending = false;
		if (this.dead) {
			completeOnce();
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
		die(Long.MAX_VALUE);
		this.listener.thenAccept((listener) -> listener.onFailure(cause));
		this.completed.set(true);
		completeContext();
	}

	// AsyncListener

	/**
	 * Tomcat calls this while it holds the monitor of its state machine, which the loop
	 * may need for completing the request or for a write that fails. So it does not wait
	 * for the former, which no other completion can overtake, and not for ever for the
	 * latter, which only a completion by somebody else can.
	 */
	@Override
	public void onComplete(AsyncEvent event) {
		this.over = true;
		if (!this.dead) {
			die(FOREIGN_COMPLETION_PATIENCE_NANOS);
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
