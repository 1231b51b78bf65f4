package io.github.ssehub.sample.progress;

import org.jspecify.annotations.Nullable;

/**
 * A task.
 *
 * @param id its id
 * @param owner who started it
 * @param position where its events begin in the log
 */
record Task(String id, String owner, @Nullable String position) {

	String topic() {
		return topic(this.id);
	}

	static String topic(String id) {
		return "task-" + id;
	}

}
