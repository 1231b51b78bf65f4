package io.github.ssehub.internal.retry;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on until it is closed, on a thread of its own. Whatever it throws, also
 * an {@link Error}, it is begun again after a pause.
 */
public final class RetryingLoop {

	private static final Log logger = LogFactory.getLog(RetryingLoop.class);

	/** When not even the pause could be found out. */
	private static final Duration LAST_RESORT = Duration.ofSeconds(1);

	private final Thread thread;

	private final Outage outage;

	private final Work work;

	private volatile boolean started;

	private volatile boolean closed;

	private volatile boolean woken;

	/**
	 * Creates a loop.
	 * @param name the name of its thread
	 * @param outage what notes the failures
	 * @param work the work
	 */
	public RetryingLoop(String name, Outage outage, Work work) {
		this.thread = new Thread(this::run, name);
		this.thread.setDaemon(true);
		this.outage = outage;
		this.work = work;
	}

	/**
	 * Begins. Does nothing if the loop is closed.
	 */
	public void start() {
		if (!this.closed) {
			this.thread.start();
			this.started = true;
		}
	}

	private void run() {
		while (!this.closed) {
			try {
				this.work.run(this);
			}
			catch (Throwable ex) {
				failed(ex);
			}
			if (!this.closed) {
				backOff();
			}
		}
	}

	/**
	 * Nothing that is thrown here may end the thread: nobody would begin it again.
	 */
	private void failed(Throwable failure) {
		if (this.closed) {
			return;
		}
		try {
			boolean first = this.outage.reason() == null;
			this.outage.failed(failure);
			if (failure instanceof Error && first) {
				logger.error("The thread '%s' met an error and goes on".formatted(this.thread.getName()), failure);
			}
		}
		catch (Throwable ex) {
			// The outage has a reason all the same.
		}
	}

	private void backOff() {
		Duration pause = LAST_RESORT;
		try {
			pause = this.outage.nextPause();
		}
		catch (Throwable ex) {
			// What would be logged is the failure before.
		}
		pause(pause, false);
	}

	// For the work

	/**
	 * Whether the work is to end.
	 * @return whether the loop is closed
	 */
	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * Notes that the work does what it is there for.
	 */
	public void works() {
		this.outage.ended();
	}

	/**
	 * Waits until the time is over, or somebody wakes the loop or closes it. Returns at
	 * once if that happened since the last call.
	 * @param time how long to wait at most
	 */
	public void pause(Duration time) {
		pause(time, true);
		this.woken = false;
	}

	private void pause(Duration time, boolean untilWoken) {
		// A library may have left it behind, and no pause would last.
		Thread.interrupted();
		long deadline = System.nanoTime() + time.toNanos();
		long left = time.toNanos();
		while (left > 0 && !this.closed && !(untilWoken && this.woken)) {
			LockSupport.parkNanos(this, left);
			left = deadline - System.nanoTime();
		}
	}

	// For others

	/**
	 * Ends a {@link #pause} of the work. Does not shorten the wait after a failure: what
	 * failed often wakes the loop, too.
	 */
	public void wake() {
		this.woken = true;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Why the work is not done.
	 * @return the reason, or {@code null} if it is done, not begun, or closed
	 */
	public @Nullable String failure() {
		if (this.started && !this.closed && !this.thread.isAlive()) {
			return "the thread '%s' has ended".formatted(this.thread.getName());
		}
		return this.outage.reason();
	}

	/**
	 * Lets the work end, and does not wait for it. What it throws from now on is no
	 * failure.
	 */
	public void end() {
		this.closed = true;
		wake();
	}

	/**
	 * Ends the work and waits for its thread. Closing again does nothing.
	 * @param patience how long the work may go on until it is interrupted
	 * @param time how long to wait for it after that
	 */
	public void close(Duration patience, Duration time) {
		end();
		try {
			join(patience);
			this.thread.interrupt();
			join(time);
		}
		catch (InterruptedException ex) {
			this.thread.interrupt();
			Thread.currentThread().interrupt();
		}
	}

	private void join(Duration time) throws InterruptedException {
		if (!time.isZero() && Thread.currentThread() != this.thread) {
			this.thread.join(time.toMillis());
		}
	}

	/**
	 * What a loop does.
	 */
	public interface Work {

		/**
		 * Works until the loop is closed. When it returns or throws before that, it is
		 * called again after a pause.
		 * @param loop the loop
		 * @throws Exception if it failed
		 */
		void run(RetryingLoop loop) throws Exception;

	}

}
