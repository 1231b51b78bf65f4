package io.github.ssehub.cluster;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.SseConnections;
import io.github.ssehub.Target;
import io.github.ssehub.internal.hub.HubStatistics;
import io.github.ssehub.internal.hub.SseHub;

/**
 * What happened on a node since its start, or on several.
 *
 * @param activeConnections how many connections are open
 * @param totalConnections how many were opened
 * @param totalMessages how many events were written, counted once for each connection
 * @param totalBytes how many bytes those had
 * @param users who has an open connection. By name, because a user who is connected to
 * two nodes is one user
 * @param topics what open connections are subscribed to
 * @param running whether the node delivers and takes new connections
 * @param maxConnections how many connections may be open, 0 for no limit
 * @param queuedBytes how many bytes wait for clients
 * @param published how many events were published to each kind of target
 * @param rejectedPublications how many events were not published because there was no
 * room
 * @param dropped how many events were dropped for each reason
 * @param disconnected how many connections ended for each reason
 */
public record NodeStatistics(long activeConnections, long totalConnections, long totalMessages, long totalBytes,
		Set<String> users, Set<String> topics, boolean running, long maxConnections, long queuedBytes,
		Map<String, Long> published, long rejectedPublications, Map<String, Long> dropped,
		Map<String, Long> disconnected) {

	/**
	 * Creates statistics, in which what another release does not tell is empty.
	 */
	public NodeStatistics {
		users = (users != null) ? users : Set.of();
		topics = (topics != null) ? topics : Set.of();
		published = (published != null) ? published : Map.of();
		dropped = (dropped != null) ? dropped : Map.of();
		disconnected = (disconnected != null) ? disconnected : Map.of();
	}

	static NodeStatistics of(LocalNode node) {
		SseHub hub = node.hub();
		SseConnections connections = node.connections();
		HubStatistics statistics = hub.statistics();
		return new NodeStatistics(connections.count(), statistics.totalConnections(), statistics.messagesDelivered(),
				statistics.bytesDelivered(), connections.users().keySet(), connections.topics().keySet(),
				hub.isRunning(), hub.settings().maxConnections(), hub.queuedBytes(),
				counts(Target.Type.values(), Target.Type::tag, statistics::publications),
				statistics.rejectedPublications(), counts(DropReason.values(), DropReason::tag, statistics::drops),
				counts(CloseReason.values(), CloseReason::tag, statistics::disconnects));
	}

	private static <E> Map<String, Long> counts(E[] constants, Function<E, String> tag, ToLongFunction<E> count) {
		Map<String, Long> counts = new LinkedHashMap<>();
		for (E constant : constants) {
			counts.put(tag.apply(constant), count.applyAsLong(constant));
		}
		return counts;
	}

	/**
	 * The statistics of several nodes as those of one.
	 * @param nodes the statistics of each, of at least one
	 * @param running whether they are to be called running
	 * @return the sums; there is no limit when one node has none
	 */
	public static NodeStatistics sum(Collection<NodeStatistics> nodes, boolean running) {
		boolean unlimited = nodes.stream().anyMatch((node) -> node.maxConnections() == 0);
		return new NodeStatistics(sum(nodes, NodeStatistics::activeConnections),
				sum(nodes, NodeStatistics::totalConnections), sum(nodes, NodeStatistics::totalMessages),
				sum(nodes, NodeStatistics::totalBytes), union(nodes, NodeStatistics::users),
				union(nodes, NodeStatistics::topics), running,
				unlimited ? 0 : sum(nodes, NodeStatistics::maxConnections), sum(nodes, NodeStatistics::queuedBytes),
				sums(nodes, NodeStatistics::published), sum(nodes, NodeStatistics::rejectedPublications),
				sums(nodes, NodeStatistics::dropped), sums(nodes, NodeStatistics::disconnected));
	}

	private static long sum(Collection<NodeStatistics> nodes, ToLongFunction<NodeStatistics> count) {
		return nodes.stream().mapToLong(count).sum();
	}

	private static Set<String> union(Collection<NodeStatistics> nodes, Function<NodeStatistics, Set<String>> names) {
		Set<String> union = new TreeSet<>();
		nodes.forEach((node) -> union.addAll(names.apply(node)));
		return union;
	}

	private static Map<String, Long> sums(Collection<NodeStatistics> nodes,
			Function<NodeStatistics, Map<String, Long>> counts) {
		Map<String, Long> sums = new LinkedHashMap<>();
		nodes.forEach((node) -> counts.apply(node).forEach((name, count) -> sums.merge(name, count, Long::sum)));
		return sums;
	}

}
