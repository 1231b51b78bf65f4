package io.github.ssehub.internal.hub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * The topics that a connection had at earlier places in the log, while it replays. An
 * event that was published before its topics changed is replayed by the topics of then.
 * Used by the connection's loop alone.
 * <p>
 * It has at most one entry for each event that the log keeps: changes between two events
 * are one, and what was replayed is forgotten.
 */
final class ReplayTopics {

	private final Deque<Change> changes = new ArrayDeque<>(2);

	/**
	 * Notes that the topics change.
	 * @param offset the last entry of the log before the change
	 * @param before the topics until now
	 */
	void changed(long offset, Set<String> before) {
		Change last = this.changes.peekLast();
		if (last == null || last.offset() != offset) {
			this.changes.add(new Change(offset, before));
		}
	}

	/**
	 * The topics when an entry was published. To be asked with rising offsets: what lies
	 * before is forgotten.
	 * @param offset the offset of the entry
	 * @param now the topics of now
	 */
	Set<String> at(long offset, Set<String> now) {
		Change first = this.changes.peekFirst();
		while (first != null && first.offset() < offset) {
			this.changes.removeFirst();
			first = this.changes.peekFirst();
		}
		return (first != null) ? first.before() : now;
	}

	private record Change(long offset, Set<String> before) {
	}

}
