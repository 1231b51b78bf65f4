package io.github.ssehub.cluster;

import java.util.List;

import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.internal.hub.SseHub;
import org.jspecify.annotations.Nullable;

/**
 * What questions to this node are answered from.
 *
 * @param id the id of the node
 * @param hub the hub
 * @param connections the connections of the hub
 */
record LocalNode(String id, SseHub hub, SseConnections connections) {

	/**
	 * The connections that match, the oldest first.
	 */
	List<SseConnection> matching(@Nullable String user, @Nullable String topic) {
		if (user == null) {
			return (topic != null) ? this.connections.ofTopic(topic) : this.connections.list();
		}
		List<SseConnection> ofUser = this.connections.ofUser(user);
		return (topic != null) ? ofUser.stream().filter((one) -> one.getTopics().contains(topic)).toList() : ofUser;
	}

}
