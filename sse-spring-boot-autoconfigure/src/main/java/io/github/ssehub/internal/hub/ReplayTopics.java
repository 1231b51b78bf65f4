package io.github.ssehub.internal.hub;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The topics that a connection had at earlier places in the log, while it replays. An
 * event that was published before its topics changed is replayed by the topics of then.
 * Used by the connection's loop alone.
 * <p>
 * A change is noted by what it changed, and what was replayed is forgotten. Changes
 * between two events are one, so there are no more of them than the log keeps events.
 */
final class ReplayTopics {

	/** The topics at the place that the replay has reached. */
	private final Set<String> then;

	private final Deque<Change> changes = new ArrayDeque<>(2);

	/**
	 * Begins with the topics of now, before their first change.
	 */
	ReplayTopics(Set<String> topics) {
		this.then = new HashSet<>(topics);
	}

	/**
	 * Notes that a topic is added or removed.
	 * @param offset the last entry of the log before the change
	 */
	void toggled(long offset, String topic) {
		Change last = this.changes.peekLast();
		if (last == null || last.offset() != offset) {
			last = new Change(offset, new HashSet<>(2));
			this.changes.add(last);
		}
		toggle(last.topics(), topic);
	}

	/**
	 * The topics when an entry was published. To be asked with rising offsets: what lies
	 * before is forgotten.
	 * @param offset the offset of the entry
	 */
	Set<String> at(long offset) {
		Change first = this.changes.peekFirst();
		while (first != null && first.offset() < offset) {
			first.topics().forEach((topic) -> toggle(this.then, topic));
			this.changes.removeFirst();
			first = this.changes.peekFirst();
		}
		return this.then;
	}

	private static void toggle(Set<String> topics, String topic) {
		if (!topics.remove(topic)) {
			topics.add(topic);
		}
	}

	private record Change(long offset, Set<String> topics) {
	}

}
