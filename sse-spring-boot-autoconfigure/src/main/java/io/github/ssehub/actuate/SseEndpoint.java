package io.github.ssehub.actuate;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.github.ssehub.SseConnection;
import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.EventLogException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Endpoint to look at the connections of this node and to end one.
 */
@Endpoint(id = "sse")
public class SseEndpoint {

	private final SseHub hub;

	private final SseCluster cluster;

	SseEndpoint(SseHub hub, SseCluster cluster) {
		this.hub = hub;
		this.cluster = cluster;
	}

	/**
	 * The connections by user, topic and state, and how far the delivery loops are
	 * behind.
	 * @return a snapshot
	 */
	@ReadOperation
	public SseDescriptor connections() {
		Map<String, Integer> states = new TreeMap<>();
		this.hub.connections().list().forEach((connection) -> states.merge(state(connection), 1, Integer::sum));
		return new SseDescriptor(this.cluster.nodeId(), this.cluster.nodes(), this.cluster.isCutOff(),
				this.hub.connections().count(), this.hub.settings().maxConnections(), states,
				this.hub.connections().users(), this.hub.connections().topics(), this.hub.loopDepths(),
				this.hub.queuedBytes(), describeLog());
	}

	private Map<String, Object> describeLog() {
		try {
			return this.hub.log().describe();
		}
		catch (EventLogException ex) {
			return Map.of("error", String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * One connection.
	 * @param connectionId its id
	 * @return the connection, or {@code null} if it is not open
	 */
	@ReadOperation
	public @Nullable ConnectionDescriptor connection(@Selector String connectionId) {
		return this.hub.connections().find(connectionId).map(SseEndpoint::describe).orElse(null);
	}

	/**
	 * Ends a connection for good.
	 * @param connectionId its id
	 * @return 204 if it was open, 404 if not
	 */
	@WriteOperation
	public WebEndpointResponse<Void> disconnect(@Selector String connectionId) {
		boolean open = this.hub.connections().disconnect(connectionId);
		return new WebEndpointResponse<>(
				open ? WebEndpointResponse.STATUS_NO_CONTENT : WebEndpointResponse.STATUS_NOT_FOUND);
	}

	private static ConnectionDescriptor describe(SseConnection connection) {
		return new ConnectionDescriptor(connection.getId(), connection.getUser(), state(connection),
				connection.getRemoteAddress(), connection.getConnectedAt().toString(), connection.getTopics(),
				connection.getMessageCount(), connection.getQueuedEvents(), connection.getQueuedBytes(),
				connection.getMetadata());
	}

	private static String state(SseConnection connection) {
		return connection.getState().name().toLowerCase(Locale.ROOT);
	}

	/**
	 * The connections of this node.
	 *
	 * @param node the id of this node
	 * @param nodes the ids of all nodes that share the event log
	 * @param cutOff whether there may be nodes that this one does not hear
	 * @param connections how many are open
	 * @param maxConnections how many may be open, 0 for no limit
	 * @param states how many are in each state
	 * @param users how many each user has
	 * @param topics how many are subscribed to each topic
	 * @param loops how many events wait for each delivery loop
	 * @param queuedBytes how many bytes wait for clients
	 * @param log the event log
	 */
	public record SseDescriptor(String node, Set<String> nodes, boolean cutOff, int connections, int maxConnections,
			Map<String, Integer> states, Map<String, Integer> users, Map<String, Integer> topics,
			Map<String, Long> loops, long queuedBytes, Map<String, Object> log) implements OperationResponseBody {
	}

	/**
	 * A connection.
	 *
	 * @param id its id
	 * @param user its user
	 * @param state where it is in its life
	 * @param remoteAddress the client's address
	 * @param connectedAt since when it is open
	 * @param topics what it is subscribed to
	 * @param messages how many events it got
	 * @param queuedEvents how many wait for it
	 * @param queuedBytes how many bytes wait for it
	 * @param metadata what the application noted
	 */
	public record ConnectionDescriptor(String id, @Nullable String user, String state, @Nullable String remoteAddress,
			String connectedAt, Set<String> topics, long messages, int queuedEvents, long queuedBytes,
			Map<String, String> metadata) implements OperationResponseBody {
	}

}
