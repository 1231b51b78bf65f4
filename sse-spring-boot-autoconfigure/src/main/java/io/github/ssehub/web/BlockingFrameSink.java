package io.github.ssehub.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.ssehub.internal.delivery.FrameSink;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a response that cannot be written without blocking: MockMvc's, and one whose
 * output a filter has replaced by one that does more than pass on each write. Another
 * thread waits for each write, and the delivery loop goes on.
 *
 * The container ends a request whose write has failed, and may use the response for
 * another one then. So nothing is touched after the end, and who tells of the end waits
 * for a write that is under way.
 */
final class BlockingFrameSink implements FrameSink, AsyncListener {

	private static final Log logger = LogFactory.getLog(BlockingFrameSink.class);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration FOREIGN_COMPLETION_PATIENCE = Duration.ofSeconds(1);

	private final AsyncContext context;

	private final StreamOutput output;

	private final Executor executor;

	private final CountDownLatch firstWrite = new CountDownLatch(1);

	private @Nullable Listener listener;

	/** The thread that is writing or completing. */
	private @Nullable Thread user;

	private boolean writing;

	private boolean abandoned;

	/** Set before the response must not be touched any more. */
	private boolean over;

	BlockingFrameSink(AsyncContext context, StreamOutput output, Executor executor) {
		this.context = context;
		this.output = output;
		this.executor = executor;
	}

	/**
	 * Starts listening for the end of the request.
	 */
	void start() {
		this.context.addListener(this);
	}

	@Override
	public void attach(Listener listener) {
		synchronized (this) {
			this.listener = listener;
		}
		listener.onWritable();
	}

	/**
	 * Waits until the client has been told who it is, so that a test that looks at the
	 * response afterwards finds it, or until the request is over.
	 */
	void awaitFirstWrite() {
		try {
			if (!this.firstWrite.await(5, TimeUnit.SECONDS)) {
				logger.warn("The first write to a blocking response took more than 5 seconds");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean resume() {
		return true;
	}

	@Override
	public boolean write(byte[] bytes, int offset, int length) {
		if (begin()) {
			boolean accepted = false;
			try {
				this.executor.execute(() -> writeAndTell(bytes, offset, length));
				accepted = true;
			}
			finally {
				if (!accepted) {
					leave();
				}
			}
		}
		return false;
	}

	private void writeAndTell(byte[] bytes, int offset, int length) {
		if (!enter()) {
			return;
		}
		Throwable failure = null;
		try {
			this.output.stream().write(bytes, offset, length);
			this.output.stream().flush();
			// There are filters that take no other flush for one.
			this.output.response().flushBuffer();
		}
		catch (Throwable ex) {
			// Also of an error, or the connection would wait for this write for good.
			failure = ex;
			// Before the container does, which would then use the request again.
			complete();
		}
		finally {
			leave();
			this.firstWrite.countDown();
		}
		Listener listener = listener();
		if (failure != null) {
			listener.onFailure(failure);
		}
		else {
			listener.onWritable();
		}
	}

	private synchronized Listener listener() {
		return Objects.requireNonNull(this.listener);
	}

	private synchronized boolean begin() {
		this.writing = !this.over;
		return this.writing;
	}

	private synchronized boolean enter() {
		this.writing = !this.over;
		if (this.writing) {
			this.user = Thread.currentThread();
		}
		return this.writing;
	}

	private void leave() {
		boolean complete;
		synchronized (this) {
			this.user = null;
			this.writing = false;
			complete = this.abandoned;
			notifyAll();
		}
		if (complete) {
			complete();
		}
	}

	@Override
	public void complete() {
		this.firstWrite.countDown();
		Thread before;
		synchronized (this) {
			if (this.over) {
				return;
			}
			this.over = true;
			before = this.user;
			this.user = Thread.currentThread();
		}
		try {
			this.context.complete();
		}
		catch (RuntimeException ex) {
			logger.debug("The container had ended the request already", ex);
		}
		finally {
			synchronized (this) {
				this.user = before;
				notifyAll();
			}
		}
	}

	/**
	 * The request ends when the write that is under way has.
	 */
	@Override
	public void abandon() {
		boolean writing;
		synchronized (this) {
			this.abandoned = true;
			writing = this.writing;
		}
		if (!writing) {
			complete();
		}
	}

	// AsyncListener

	/**
	 * Tomcat calls this while it holds the monitor of its state machine, which a
	 * completion may need. That one needs no waiting for: no other can overtake it. And a
	 * write is not waited for for long: only a completion by somebody else overtakes one.
	 */
	@Override
	public void onComplete(AsyncEvent event) {
		if (end()) {
			awaitUser(FOREIGN_COMPLETION_PATIENCE);
			tell(new IOException("The container ended the request"));
		}
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		fail(event, new TimeoutException("The container's timeout passed"));
	}

	@Override
	public void onError(AsyncEvent event) {
		Throwable cause = event.getThrowable();
		fail(event, (cause != null) ? cause : new IOException("The client is gone"));
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
	}

	private void fail(AsyncEvent event, Throwable cause) {
		boolean first = end();
		awaitUser(PATIENCE);
		if (first) {
			tell(cause);
		}
		try {
			// Without this the container would dispatch to the error page.
			event.getAsyncContext().complete();
		}
		catch (RuntimeException ex) {
			logger.debug("The container had ended the request already", ex);
		}
	}

	/**
	 * Notes that the response must not be touched any more.
	 * @return whether that is new
	 */
	private synchronized boolean end() {
		boolean first = !this.over;
		this.over = true;
		this.firstWrite.countDown();
		return first;
	}

	private void tell(Throwable cause) {
		Listener listener;
		synchronized (this) {
			listener = this.listener;
		}
		if (listener != null) {
			listener.onFailure(cause);
		}
	}

	/**
	 * Waits for a call to the response that is under way. It fails when the request does,
	 * so this takes moments.
	 */
	private synchronized void awaitUser(Duration patience) {
		long start = System.nanoTime();
		try {
			while (isUsedByAnother()) {
				long left = patience.toNanos() - (System.nanoTime() - start);
				if (left <= 0) {
					logger.error("A write has not returned while its request ends. It is left alone");
					return;
				}
				TimeUnit.NANOSECONDS.timedWait(this, left);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private boolean isUsedByAnother() {
		return this.user != null && this.user != Thread.currentThread();
	}

}
