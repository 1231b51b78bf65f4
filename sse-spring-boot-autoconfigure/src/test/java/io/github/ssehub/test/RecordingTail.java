package io.github.ssehub.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A tail that records what it gets.
 */
public final class RecordingTail implements LogTail {

	private final BlockingQueue<LogEntry> entries = new LinkedBlockingQueue<>();

	private final BlockingQueue<Gap> gaps = new LinkedBlockingQueue<>();

	private volatile @Nullable Thread caller;

	private volatile boolean overlapped;

	private volatile boolean over;

	private volatile boolean calledAfterTheEnd;

	@Override
	public void onEntry(LogEntry entry) {
		this.overlapped |= this.caller != null;
		this.caller = Thread.currentThread();
		this.calledAfterTheEnd |= this.over;
		this.entries.add(entry);
		Thread.yield();
		this.overlapped |= this.caller != Thread.currentThread();
		this.caller = null;
	}

	@Override
	public void onGap(Replay.Gap.Cause cause, Position position) {
		this.gaps.add(new Gap(cause, position));
	}

	/**
	 * Waits for a gap.
	 * @return the gap
	 */
	public Gap takeGap() {
		try {
			Gap gap = this.gaps.poll(EventLogCompatibilityKit.PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(gap).as("a gap").isNotNull();
			return gap;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Waits for entries.
	 * @param count how many
	 * @return the entries
	 */
	public List<LogEntry> take(int count) {
		List<LogEntry> taken = new ArrayList<>();
		while (taken.size() < count) {
			try {
				LogEntry entry = this.entries.poll(EventLogCompatibilityKit.PATIENCE.toSeconds(), TimeUnit.SECONDS);
				assertThat(entry).as("entry " + (taken.size() + 1) + " of " + count).isNotNull();
				taken.add(entry);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
		return taken;
	}

	/**
	 * Checks that nothing is left.
	 */
	public void assertExhausted() {
		assertThat(this.entries).isEmpty();
		assertThat(this.gaps).isEmpty();
	}

	void assertCalledByOneThreadAtATime() {
		assertThat(this.overlapped).as("called by two threads at once").isFalse();
	}

	void assertNotCalledFromNowOn(Callable<?> action) throws Exception {
		this.over = true;
		action.call();
		assertThat(this.calledAfterTheEnd).as("called after close() had returned").isFalse();
	}

	/**
	 * What a tail was told of a gap.
	 *
	 * @param cause why entries are missing
	 * @param position the place before the next entry
	 */
	public record Gap(Replay.Gap.Cause cause, Position position) {
	}

}
