package io.github.ssehub.cluster;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.Presence;
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
	public Presence presence(String user) {
		// A node that has not heard the others yet knows none that it could miss.
		boolean complete = !this.node.isCutOff();
		Answers<Question.Truth> answers = this.node.askAll(new Question.Online(user), Question.Truth::value);
		if (answers.byNode().values().stream().anyMatch(Question.Truth::value)) {
			return Presence.ONLINE;
		}
		complete &= answers.failures().isEmpty() && !this.node.isCutOff();
		return complete ? Presence.OFFLINE : Presence.UNKNOWN;
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
