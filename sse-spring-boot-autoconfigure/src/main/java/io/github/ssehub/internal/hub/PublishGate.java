package io.github.ssehub.internal.hub;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.github.ssehub.PublishRejectedException;
import io.github.ssehub.internal.delivery.DeliveryLoop;
import org.jspecify.annotations.Nullable;

/**
 * Keeps publishers from running away from the delivery loops: lets one through when every
 * loop has room for an event, before anything is appended.
 * <p>
 * Nothing is reserved, which would cost every publisher a shared counter. Publishers that
 * pass together may find the same room; then the log's tail waits until the loop has
 * taken an event for each of them, see
 * {@link io.github.ssehub.internal.delivery.LoopGroup#offer}.
 */
final class PublishGate {

	private static final long MIN_PAUSE_NANOS = 50_000;

	private static final long MAX_PAUSE_NANOS = 1_000_000;

	private final HubContext hub;

	private final ConnectionShard[] shards;

	/**
	 * Held by the one who looks for room, while the others wait for it in the order in
	 * which they came. However many wait, only one takes processor time from the loops.
	 */
	final ReentrantLock turn = new ReentrantLock(true);

	PublishGate(HubContext hub, List<ConnectionShard> shards) {
		this.hub = hub;
		this.shards = shards.toArray(ConnectionShard[]::new);
	}

	/**
	 * Returns when there is room.
	 * @throws PublishRejectedException if there is none in time, or the thread is
	 * interrupted
	 */
	void pass() {
		// Past those who wait only when there is room for all. Fast publishers would take
		// it from them otherwise, and with all in line each would go on waiting for the
		// one before it long after the loops have caught up. One may slip through between
		// two turns, which does no harm.
		boolean room = this.turn.isLocked() ? everyLoop(DeliveryLoop::hasAmpleRoom) : hasRoom();
		if (!room) {
			waitForRoom();
		}
	}

	private boolean hasRoom() {
		return everyLoop(DeliveryLoop::hasRoom);
	}

	private boolean everyLoop(Predicate<DeliveryLoop<?>> condition) {
		for (ConnectionShard shard : this.shards) {
			if (!condition.test(shard.loop())) {
				return false;
			}
		}
		return true;
	}

	private void waitForRoom() {
		long timeoutNanos = this.hub.settings().publishTimeout().toNanos();
		if (timeoutNanos == 0) {
			throw rejected("the delivery loops have no room", null);
		}
		long start = System.nanoTime();
		try {
			if (!hasRoomBefore(start + timeoutNanos, timeoutNanos)) {
				throw rejected("the delivery loops had no room for %d ms".formatted(timeoutNanos / 1_000_000), null);
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw rejected("interrupted while the delivery loops had no room", ex);
		}
		finally {
			this.hub.observer().onPublishWaited(System.nanoTime() - start);
		}
	}

	private boolean hasRoomBefore(long deadline, long timeoutNanos) throws InterruptedException {
		if (!this.turn.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
			return hasRoom();
		}
		try {
			long pause = MIN_PAUSE_NANOS;
			while (!hasRoom()) {
				long left = deadline - System.nanoTime();
				if (left <= 0) {
					return false;
				}
				LockSupport.parkNanos(this, Math.min(pause, left));
				if (Thread.interrupted()) {
					throw new InterruptedException();
				}
				pause = Math.min(2 * pause, MAX_PAUSE_NANOS);
			}
			return true;
		}
		finally {
			this.turn.unlock();
		}
	}

	private PublishRejectedException rejected(String reason, @Nullable Throwable cause) {
		this.hub.statistics().publicationRejected();
		return new PublishRejectedException(reason, backlog(), cause);
	}

	/**
	 * How many events wait for the loop that is furthest behind.
	 */
	long backlog() {
		long backlog = 0;
		for (ConnectionShard shard : this.shards) {
			backlog = Math.max(backlog, shard.loop().depth());
		}
		return backlog;
	}

}
