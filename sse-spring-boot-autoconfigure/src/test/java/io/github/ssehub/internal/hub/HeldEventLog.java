package io.github.ssehub.internal.hub;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;

import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;

/**
 * A log that may behave as one on another machine does: its tail lags behind its head,
 * reading takes a while or fails.
 */
final class HeldEventLog implements EventLog {

	private final EventLog log;

	private final boolean readsFromMemory;

	private final Queue<LogEntry> held = new ArrayDeque<>();

	private boolean holding;

	private @Nullable LogTail tail;

	private volatile @Nullable RuntimeException failure;

	private volatile Runnable onRead = () -> {
	};

	HeldEventLog(EventLog log, boolean readsFromMemory) {
		this.log = log;
		this.readsFromMemory = readsFromMemory;
	}

	/**
	 * Lets the tail lag from now on.
	 */
	synchronized void hold() {
		this.holding = true;
	}

	/**
	 * Lets the tail catch up.
	 */
	synchronized void release() {
		this.holding = false;
		this.held.forEach(this::pass);
		this.held.clear();
	}

	void failReads(@Nullable RuntimeException failure) {
		this.failure = failure;
	}

	void onRead(Runnable action) {
		this.onRead = action;
	}

	private synchronized void accept(LogEntry entry) {
		if (this.holding) {
			this.held.add(entry);
		}
		else {
			pass(entry);
		}
	}

	private void pass(LogEntry entry) {
		if (this.tail != null) {
			this.tail.onEntry(entry);
		}
	}

	@Override
	public Position start(LogTail tail) {
		this.tail = tail;
		return this.log.start(new LogTail() {

			@Override
			public void onEntry(LogEntry entry) {
				accept(entry);
			}

			@Override
			public void onGap(Replay.Gap.Cause cause, Position position) {
				tail.onGap(cause, position);
			}

		});
	}

	@Override
	public Appended append(LogRecord record) {
		return this.log.append(record);
	}

	@Override
	public Position head() {
		return this.log.head();
	}

	@Override
	public Replay read(Position after, Position upTo, int limit) {
		this.onRead.run();
		RuntimeException failure = this.failure;
		if (failure != null) {
			throw failure;
		}
		return this.log.read(after, upTo, limit);
	}

	@Override
	public @Nullable Replay readNow(Position after, Position upTo, int limit) {
		return this.readsFromMemory ? read(after, upTo, limit) : null;
	}

	@Override
	public Map<String, Object> describe() {
		return this.log.describe();
	}

	@Override
	public void close() {
		this.log.close();
	}

}
