package io.github.ssehub.cluster;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.SsePresence;

/**
 * Who has a connection to any node.
 */
final class ClusterPresence implements SsePresence {

	private final ClusterNode node;

	ClusterPresence(ClusterNode node) {
		this.node = node;
	}

	@Override
	public boolean isOnline(String user) {
		return this.node.askAll(new Question.Online(user), Question.Truth::value)
			.byNode()
			.values()
			.stream()
			.anyMatch(Question.Truth::value);
	}

	@Override
	public Set<String> onlineUsers() {
		Set<String> users = new TreeSet<>();
		this.node.askAll(new Question.Users())
			.byNode()
			.values()
			.forEach((answer) -> users.addAll(answer.counts().keySet()));
		return Collections.unmodifiableSet(users);
	}

}
