package io.github.ssehub.web;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.ssehub.internal.delivery.FrameSink;
import jakarta.servlet.AsyncContext;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a response that cannot be written without blocking, such as MockMvc's. A
 * thread of its own waits for each write, and the delivery loop goes on.
 */
final class BlockingFrameSink implements FrameSink {

	private static final Log logger = LogFactory.getLog(BlockingFrameSink.class);

	private final AsyncContext context;

	private final OutputStream output;

	private final Executor executor;

	private final AtomicBoolean completed = new AtomicBoolean();

	private volatile @Nullable Listener listener;

	private volatile boolean writing;

	private volatile boolean abandoned;

	private final CountDownLatch firstWrite = new CountDownLatch(1);

	BlockingFrameSink(AsyncContext context, OutputStream output, Executor executor) {
		this.context = context;
		this.output = output;
		this.executor = executor;
	}

	@Override
	public void attach(Listener listener) {
		this.listener = listener;
		listener.onWritable();
	}

	/**
	 * Waits until the client has been told who it is, so that a test that looks at the
	 * response afterwards finds it.
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
		Listener listener = Objects.requireNonNull(this.listener);
		this.writing = true;
		this.executor.execute(() -> {
			try {
				this.output.write(bytes, offset, length);
				this.output.flush();
				this.writing = false;
				listener.onWritable();
			}
			catch (IOException | RuntimeException ex) {
				this.writing = false;
				listener.onFailure(ex);
			}
			finally {
				this.firstWrite.countDown();
				if (this.abandoned) {
					complete();
				}
			}
		});
		return false;
	}

	@Override
	public void complete() {
		if (this.completed.compareAndSet(false, true)) {
			try {
				this.context.complete();
			}
			catch (RuntimeException ex) {
				logger.debug("The container had ended the request already", ex);
			}
		}
	}

	/**
	 * The request ends when the write that is under way has.
	 */
	@Override
	public void abandon() {
		this.abandoned = true;
		if (!this.writing) {
			complete();
		}
	}

}
