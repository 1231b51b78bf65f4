package io.github.ssehub.benchmarks.soak;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A live connection was subscribed to a topic, or unsubscribed.
 *
 * @param topic the topic
 * @param subscribed which of the two
 * @param start the tick before the call
 * @param end the tick after the call
 */
record TopicChange(String topic, boolean subscribed, long start, long end) {

	static Set<String> apply(Set<String> topics, List<TopicChange> changes) {
		Set<String> changed = new TreeSet<>(topics);
		for (TopicChange change : changes) {
			if (change.subscribed) {
				changed.add(change.topic);
			}
			else {
				changed.remove(change.topic);
			}
		}
		return changed;
	}

}
