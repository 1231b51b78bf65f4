package io.github.ssehub.internal.hub;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.SsePresence;

/**
 * Who has a connection to this node.
 */
final class NodePresence implements SsePresence {

	private final List<ConnectionShard> shards;

	NodePresence(List<ConnectionShard> shards) {
		this.shards = shards;
	}

	@Override
	public boolean isOnline(String user) {
		return this.shards.stream().anyMatch((shard) -> shard.index().countUser(user) > 0);
	}

	@Override
	public Set<String> onlineUsers() {
		Set<String> users = new TreeSet<>();
		this.shards.forEach((shard) -> shard.index().forEachUser((user, connections) -> users.add(user)));
		return Collections.unmodifiableSet(users);
	}

}
