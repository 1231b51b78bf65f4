package io.github.ssehub.cluster;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import io.github.ssehub.SseConnection;
import org.jspecify.annotations.Nullable;

/**
 * A connection as its node sees it.
 *
 * @param nodeId the id of the node
 * @param id its id
 * @param user its user
 * @param remoteAddress the client's address
 * @param state where it is in its life, in lower case
 * @param connectedAt since when it is open, in seconds since 1970
 * @param uptime for how long it is open, in seconds
 * @param messages how many events it got
 * @param bytes how many bytes they had
 * @param queuedEvents how many events wait for it
 * @param queuedBytes how many bytes wait for it
 * @param topics what it is subscribed to
 * @param events the event names it asked for
 * @param metadata what the application noted
 */
public record NodeConnection(String nodeId, String id, @Nullable String user, @Nullable String remoteAddress,
		String state, long connectedAt, long uptime, long messages, long bytes, int queuedEvents, long queuedBytes,
		Set<String> topics, Set<String> events, Map<String, String> metadata) {

	static NodeConnection of(String nodeId, SseConnection connection) {
		return new NodeConnection(nodeId, connection.getId(), connection.getUser(), connection.getRemoteAddress(),
				connection.getState().name().toLowerCase(Locale.ROOT), connection.getConnectedAt().getEpochSecond(),
				Duration.between(connection.getConnectedAt(), Instant.now()).toSeconds(), connection.getMessageCount(),
				connection.getBytesSent(), connection.getQueuedEvents(), connection.getQueuedBytes(),
				connection.getTopics(), connection.getEvents(), connection.getMetadata());
	}

}
