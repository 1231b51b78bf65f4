package io.github.ssehub.internal.delivery;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A sink that takes what a test lets it take, and notes whatever breaks the rules of
 * {@link FrameSink}.
 */
public final class FakeFrameSink implements FrameSink {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final BlockingQueue<byte[]> writes = new LinkedBlockingQueue<>();

	/** The very arrays that were written. */
	private final List<byte[]> arrays = new CopyOnWriteArrayList<>();

	private final List<String> violations = new CopyOnWriteArrayList<>();

	private final CountDownLatch attached = new CountDownLatch(1);

	private final CountDownLatch completed = new CountDownLatch(1);

	private final CountDownLatch abandoned = new CountDownLatch(1);

	private volatile @Nullable Listener listener;

	private volatile Consumer<byte[]> onWrite = (bytes) -> {
	};

	private volatile Runnable onResume = () -> {
	};

	private volatile @Nullable Exception failure;

	/** How many more writes there are before the client takes no more. */
	private int credit;

	private boolean toldWritable;

	private boolean over;

	private @Nullable Thread caller;

	/** What was written last and may still be read, as a container does. */
	private byte @Nullable [] pending;

	private byte @Nullable [] pendingCopy;

	private FakeFrameSink(int credit) {
		this.credit = credit;
	}

	/**
	 * A client that takes everything.
	 * @return the sink
	 */
	public static FakeFrameSink ready() {
		return new FakeFrameSink(Integer.MAX_VALUE);
	}

	/**
	 * A client that takes nothing until it is released.
	 * @return the sink
	 */
	public static FakeFrameSink stalled() {
		return new FakeFrameSink(0);
	}

	/**
	 * A client that takes a number of writes and then nothing.
	 * @param writes how many
	 * @return the sink
	 */
	public static FakeFrameSink readyFor(int writes) {
		return new FakeFrameSink(writes);
	}

	// What a test does to the client

	/**
	 * Takes everything from now on.
	 */
	public void release() {
		releaseFor(Integer.MAX_VALUE);
	}

	/**
	 * Takes a number of writes from now on.
	 * @param writes how many
	 */
	public void releaseFor(int writes) {
		synchronized (this) {
			this.credit = writes;
		}
		listener().onWritable();
	}

	/**
	 * Takes nothing more after the next write.
	 */
	public synchronized void stall() {
		this.credit = Math.min(this.credit, 1);
	}

	/**
	 * Fails at the next write or resumption.
	 * @param failure the failure
	 */
	public void breakWith(Exception failure) {
		this.failure = failure;
	}

	/**
	 * Reports a failure as a container does, out of the blue.
	 * @param cause the failure
	 */
	public void report(Throwable cause) {
		listener().onFailure(cause);
	}

	/**
	 * Does something in the middle of each write, on the loop's thread.
	 * @param action what to do
	 */
	public void onWrite(Consumer<byte[]> action) {
		this.onWrite = action;
	}

	/**
	 * Does something in the middle of each resumption, on the loop's thread.
	 * @param action what to do
	 */
	public void onResume(Runnable action) {
		this.onResume = action;
	}

	Listener listener() {
		await(this.attached);
		Listener listener = this.listener;
		assertThat(listener).isNotNull();
		return listener;
	}

	// FrameSink

	@Override
	public void attach(Listener listener) {
		this.listener = listener;
		this.attached.countDown();
		boolean writable;
		synchronized (this) {
			writable = this.credit > 0;
		}
		if (writable) {
			listener.onWritable();
		}
	}

	@Override
	public boolean resume() throws IOException {
		this.onResume.run();
		synchronized (this) {
			check("resume");
			throwFailure();
			this.toldWritable = this.credit > 0;
			return this.toldWritable;
		}
	}

	@Override
	public boolean write(byte[] bytes, int offset, int length) throws IOException {
		byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
		synchronized (this) {
			check("write");
			requireWritable("write");
			throwFailure();
			if (this.credit != Integer.MAX_VALUE) {
				this.credit--;
			}
		}
		this.arrays.add(bytes);
		this.onWrite.accept(copy);
		this.writes.add(copy);
		synchronized (this) {
			this.toldWritable = this.credit > 0;
			if (!this.toldWritable) {
				this.pending = bytes;
				this.pendingCopy = bytes.clone();
			}
			return this.toldWritable;
		}
	}

	@Override
	public void complete() {
		synchronized (this) {
			check("complete");
			requireWritable("complete");
			this.over = true;
		}
		this.completed.countDown();
	}

	@Override
	public void abandon() {
		synchronized (this) {
			check("abandon");
			this.over = true;
		}
		this.abandoned.countDown();
	}

	private void throwFailure() throws IOException {
		Exception failure = this.failure;
		if (failure instanceof IOException exception) {
			throw exception;
		}
		if (failure instanceof RuntimeException exception) {
			throw exception;
		}
	}

	private void check(String call) {
		if (this.over) {
			this.violations.add(call + " after the end");
		}
		Thread thread = Thread.currentThread();
		if (this.caller != null && this.caller != thread) {
			this.violations.add(call + " by " + thread + " as well as " + this.caller);
		}
		this.caller = thread;
		if (this.pending != null && !Arrays.equals(this.pending, this.pendingCopy)) {
			this.violations.add("array modified before " + call);
		}
		this.pending = null;
		this.pendingCopy = null;
	}

	private void requireWritable(String call) {
		if (!this.toldWritable) {
			this.violations.add(call + " without being writable");
		}
	}

	// What a test finds out

	/**
	 * Waits for the next write.
	 * @return its bytes as text
	 */
	public String nextWrite() {
		return new String(nextBytes(), StandardCharsets.UTF_8);
	}

	/**
	 * Waits for the next write.
	 * @return its bytes
	 */
	public byte[] nextBytes() {
		try {
			byte[] bytes = this.writes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(bytes).as("a write").isNotNull();
			return bytes;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits for the next write or the end.
	 * @return its bytes, or {@code null} at the end
	 */
	public byte @Nullable [] pollBytes() {
		try {
			byte[] bytes = this.writes.poll();
			long deadline = System.nanoTime() + PATIENCE.toNanos();
			while (bytes == null && !isCompleted() && !isAbandoned()) {
				assertThat(System.nanoTime() - deadline).as("a write or the end").isNegative();
				bytes = this.writes.poll(10, TimeUnit.MILLISECONDS);
			}
			return (bytes != null) ? bytes : this.writes.poll();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What was written and not asked for yet.
	 * @return the bytes of each write as text
	 */
	public List<String> takeWrites() {
		List<byte[]> taken = new ArrayList<>();
		this.writes.drainTo(taken);
		return taken.stream().map((bytes) -> new String(bytes, StandardCharsets.UTF_8)).toList();
	}

	/**
	 * The arrays that were written, to see which are shared.
	 * @return the arrays themselves
	 */
	List<byte[]> arrays() {
		return this.arrays;
	}

	/**
	 * All that was written and not asked for yet, joined.
	 * @return the bytes as text
	 */
	public String takeText() {
		ByteArrayOutputStream text = new ByteArrayOutputStream();
		for (byte[] bytes = this.writes.poll(); bytes != null; bytes = this.writes.poll()) {
			text.writeBytes(bytes);
		}
		return text.toString(StandardCharsets.UTF_8);
	}

	/**
	 * Waits until the stream is ended in an orderly way.
	 */
	public void awaitCompleted() {
		await(this.completed);
		assertThat(isAbandoned()).as("abandoned as well").isFalse();
	}

	/**
	 * Waits until the stream is given up.
	 */
	public void awaitAbandoned() {
		await(this.abandoned);
		assertThat(isCompleted()).as("completed as well").isFalse();
	}

	/**
	 * Whether the stream was ended in an orderly way.
	 * @return whether it was
	 */
	public boolean isCompleted() {
		return this.completed.getCount() == 0;
	}

	/**
	 * Whether the stream was given up.
	 * @return whether it was
	 */
	public boolean isAbandoned() {
		return this.abandoned.getCount() == 0;
	}

	/**
	 * Checks that all writes were asked for, and that no rule was broken.
	 */
	public void assertExhausted() {
		assertThat(takeText()).as("unexpected writes").isEmpty();
		assertRulesKept();
	}

	/**
	 * Checks that no rule was broken.
	 */
	public void assertRulesKept() {
		assertThat(this.violations).as("violations of FrameSink").isEmpty();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
