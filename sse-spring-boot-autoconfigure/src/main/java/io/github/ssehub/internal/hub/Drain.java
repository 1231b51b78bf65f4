package io.github.ssehub.internal.hub;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionState;

/**
 * Closes all connections when the application shuts down. They are closed a few at a
 * time, or all clients would come back to the other nodes at once. A client that takes
 * nothing is given up soon, so that it does not hold up the others.
 */
final class Drain {

	/** Between two batches of connections that are closed. */
	private static final long STEP_NANOS = 50_000_000;

	private static final int MIN_BATCH = 50;

	/**
	 * How long a client may take nothing of what its connection has left to write. That
	 * is enough for a slow network and short for those who wait for the restart.
	 */
	static final Duration PATIENCE = Duration.ofSeconds(1);

	private final ConnectionRegistry registry;

	private final LongSupplier nanoTime;

	private final long startNanos;

	private final long timeNanos;

	/** How many connections were open at the beginning. */
	private final int count;

	/** At zero when every loop has done what it was told before. */
	private CountDownLatch turn = new CountDownLatch(0);

	/** The connections that were asked to end. */
	private final Map<HubConnection, Progress> ending = new HashMap<>();

	/**
	 * Creates a drain.
	 * @param registry the connections
	 * @param time how long it may take
	 * @param nanoTime the clock
	 */
	Drain(ConnectionRegistry registry, Duration time, LongSupplier nanoTime) {
		this.registry = registry;
		this.nanoTime = nanoTime;
		this.startNanos = nanoTime.getAsLong();
		this.timeNanos = time.toNanos();
		this.count = registry.count();
	}

	/**
	 * Closes all connections. Waits until they are closed or the time is over.
	 */
	void run() {
		while (!step() && !Thread.currentThread().isInterrupted()) {
			LockSupport.parkNanos(STEP_NANOS);
		}
		this.registry.abandonUnfinished();
	}

	/**
	 * Ends the next batch, and gives up those who take nothing.
	 * @return whether nothing is left to do
	 */
	boolean step() {
		if (this.registry.isEmpty() || elapsed() >= this.timeNanos) {
			return true;
		}
		// Each loop writes what waits for its clients before its next command. What is
		// left after a turn waits for the client and not for a busy loop.
		boolean loopsHadATurn = this.turn.getCount() == 0;
		long left = batch();
		for (HubConnection connection : this.registry.unfinished()) {
			Progress progress = this.ending.get(connection);
			if (progress == null) {
				if (left-- > 0) {
					this.ending.put(connection, new Progress());
					connection.end(CloseReason.SHUTDOWN, null);
				}
			}
			else if (loopsHadATurn && isStalled(connection, progress)) {
				connection.giveUp();
			}
		}
		if (loopsHadATurn) {
			this.turn = this.registry.nextTurn();
		}
		return false;
	}

	/**
	 * As many as are due: all within half of the time, however long each step takes.
	 */
	private long batch() {
		double part = elapsed() / Math.max(1.0, this.timeNanos / 2.0);
		return Math.max(MIN_BATCH, (long) Math.ceil(this.count * part) - this.ending.size());
	}

	private boolean isStalled(HubConnection connection, Progress progress) {
		ConnectionState state = connection.getState();
		boolean waitsForClient = state == ConnectionState.CLOSING || state == ConnectionState.OPENING;
		return waitsForClient && progress.isStalled(connection.getQueuedBytes(), this.nanoTime.getAsLong());
	}

	private long elapsed() {
		return this.nanoTime.getAsLong() - this.startNanos;
	}

	/**
	 * What a connection has left to write, and since when it is that much.
	 */
	private static final class Progress {

		private long queuedBytes = -1;

		private long sinceNanos;

		boolean isStalled(long queuedBytes, long now) {
			if (this.queuedBytes != queuedBytes) {
				this.queuedBytes = queuedBytes;
				this.sinceNanos = now;
			}
			return now - this.sinceNanos >= PATIENCE.toNanos();
		}

	}

}
