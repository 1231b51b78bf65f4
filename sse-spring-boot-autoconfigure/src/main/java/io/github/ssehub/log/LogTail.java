package io.github.ssehub.log;

/**
 * Gets what is appended to an {@link EventLog}, in the order of the log and never by two
 * threads at once. A call may wait for a moment when deliveries lag.
 */
public interface LogTail {

	/**
	 * Called for each entry, wherever it was published.
	 * @param entry the entry; the offset of a kept one follows that of the last one
	 */
	void onEntry(LogEntry entry);

	/**
	 * Called when kept entries are missing between the last one and the next: they are
	 * gone, or the log has begun a new life. Every client has to be told that it may have
	 * missed something.
	 * @param cause why they are missing
	 * @param position the place before the next entry
	 */
	void onGap(Replay.Gap.Cause cause, Position position);

}
