package io.github.ssehub.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.github.ssehub.log.EventLogException;
import org.jspecify.annotations.Nullable;

/**
 * All nodes that share the event log, as one. Safe for use by any thread but a delivery
 * loop: it may wait for the answers of other nodes, at most {@code sse.cluster.timeout}.
 * With a log of a single node it never waits.
 */
public final class SseCluster {

	private final ClusterNode node;

	SseCluster(ClusterNode node) {
		this.node = node;
	}

	/**
	 * The id of this node.
	 * @return the id
	 */
	public String nodeId() {
		return this.node.id();
	}

	/**
	 * The ids of all nodes.
	 * @return a copy, sorted
	 */
	public SortedSet<String> nodes() {
		return this.node.nodes();
	}

	/**
	 * Whether there may be nodes that this one does not hear, or has not heard yet: for
	 * about two seconds after its start, and after it heard none for a while. What it
	 * says of all nodes is then about those it can ask, which may be itself alone.
	 * @return whether it is cut off from the others
	 */
	public boolean isCutOff() {
		return this.node.isCutOff();
	}

	/**
	 * Why this node is cut off, if that has lasted for longer than a start takes.
	 * @return the reason, or {@code null} if it hears the others or is the only one
	 */
	public @Nullable String silence() {
		return this.node.silence();
	}

	/**
	 * The users who have a connection, with how many each has.
	 * @return the numbers, sorted by user
	 */
	public Answer<SortedMap<String, Integer>> users() {
		return counts(new Question.Users());
	}

	/**
	 * The topics that have a subscriber, with how many each has.
	 * @return the numbers, sorted by topic
	 */
	public Answer<SortedMap<String, Integer>> topics() {
		return counts(new Question.Topics());
	}

	private Answer<SortedMap<String, Integer>> counts(Question<Question.Counts> question) {
		Answers<Question.Counts> answers = this.node.askAll(question);
		SortedMap<String, Integer> sums = new TreeMap<>();
		answers.byNode()
			.values()
			.forEach((one) -> one.counts().forEach((name, count) -> sums.merge(name, count, Integer::sum)));
		return new Answer<>(sums, answers.failures().keySet());
	}

	/**
	 * What happened on each node since it was started.
	 * @return the statistics by the id of the node
	 */
	public Answer<SortedMap<String, NodeStatistics>> statistics() {
		Answers<NodeStatistics> answers = this.node.askAll(new Question.Statistics());
		return new Answer<>(answers.byNode(), answers.failures().keySet());
	}

	/**
	 * Part of the open connections, in the order of their nodes' ids and on each node the
	 * oldest first. Only that part is sent from node to node.
	 * @param user whose connections, {@code null} for everybody's
	 * @param topic what they are subscribed to, {@code null} for anything
	 * @param offset how many connections are before the part
	 * @param limit the greatest number of connections in the part
	 * @return the part
	 */
	public Answer<Part> connections(@Nullable String user, @Nullable String topic, long offset, int limit) {
		Answers<Question.Count> counts = this.node.askAll(new Question.Matches(user, topic));
		Map<String, Question.Range> ranges = new LinkedHashMap<>();
		long total = 0;
		for (Map.Entry<String, Question.Count> count : counts.byNode().entrySet()) {
			long from = Math.max(offset, total);
			long to = Math.min(offset + limit, total + count.getValue().value());
			if (from < to) {
				ranges.put(count.getKey(), new Question.Range(from - total, (int) (to - from)));
			}
			total += count.getValue().value();
		}
		Answers<Question.Connections> slices = this.node.ask(ranges.keySet(), new Question.Slice(user, topic, ranges),
				(answer) -> false);
		List<NodeConnection> connections = new ArrayList<>();
		slices.byNode().values().forEach((slice) -> connections.addAll(slice.connections()));
		Set<String> unreachable = new TreeSet<>(counts.failures().keySet());
		unreachable.addAll(slices.failures().keySet());
		return new Answer<>(new Part(connections, total), unreachable);
	}

	/**
	 * Finds the node that has an open connection.
	 * @param id the id of the connection
	 * @return where it is, if it is open
	 * @throws EventLogException if the nodes that answered do not have it, and others did
	 * not answer or may not be known yet
	 */
	public Optional<Location> find(String id) {
		boolean cutOff = this.node.isCutOff();
		Answers<Question.Found> answers = this.node.askAll(new Question.Find(id), Question.Found::here);
		for (Map.Entry<String, Question.Found> answer : answers.byNode().entrySet()) {
			if (answer.getValue().here()) {
				return Optional.of(new Location(answer.getKey(), id, answer.getValue().user()));
			}
		}
		if (!answers.failures().isEmpty() || cutOff || this.node.isCutOff()) {
			throw new EventLogException(
					"Connection '%s' is not open on a node that can be reached; try again later".formatted(id),
					firstOf(answers.failures().values()));
		}
		return Optional.empty();
	}

	private static @Nullable RuntimeException firstOf(Collection<RuntimeException> failures) {
		return failures.isEmpty() ? null : failures.iterator().next();
	}

	/**
	 * Whether a connection is on this node.
	 * @param location where it is
	 * @return whether it is here
	 */
	public boolean isHere(Location location) {
		return location.nodeId().equals(nodeId());
	}

	/**
	 * Ends a connection for good, wherever it is.
	 * @param location where it is
	 * @return whether it was open
	 * @throws EventLogException if its node did not answer
	 */
	public boolean disconnect(Location location) {
		Question.Truth answer = command(location, new Question.Disconnect(location.id()));
		return answer != null && answer.value();
	}

	/**
	 * Changes several topics of a connection at once or none, wherever it is.
	 * @param location where it is
	 * @param subscribe the topics to subscribe to
	 * @param unsubscribe the topics to unsubscribe from
	 * @return its topics, if it is open
	 * @throws EventLogException if its node did not answer
	 * @throws io.github.ssehub.InvalidArgumentException if a name is refused, or the
	 * connection would have too many topics
	 * @throws io.github.ssehub.TopicsDisabledException if there are no topics
	 */
	public Optional<Set<String>> changeTopics(Location location, List<String> subscribe, List<String> unsubscribe) {
		return topics(command(location, new Question.ChangeTopics(location.id(), subscribe, unsubscribe)));
	}

	private static Optional<Set<String>> topics(Question.@Nullable Subscribed answer) {
		return (answer != null && answer.open()) ? Optional.of(answer.topics()) : Optional.empty();
	}

	/**
	 * Lets the node of a connection do something.
	 * @return its answer, or {@code null} if the node has left
	 */
	private <A> @Nullable A command(Location location, Question<A> question) {
		Answers<A> answers = this.node.ask(Set.of(location.nodeId()), question, (answer) -> false);
		RuntimeException failure = firstOf(answers.failures().values());
		if (failure != null) {
			throw failure;
		}
		return answers.byNode().get(location.nodeId());
	}

	/**
	 * What the nodes say together.
	 *
	 * @param value what those say that answered
	 * @param unreachableNodes the ids of those that did not answer
	 * @param <T> the type of what they say
	 */
	public record Answer<T>(T value, Set<String> unreachableNodes) {
	}

	/**
	 * Part of the connections.
	 *
	 * @param connections the connections
	 * @param total how many there are in all
	 */
	public record Part(List<NodeConnection> connections, long total) {
	}

	/**
	 * Where a connection is.
	 *
	 * @param nodeId the id of its node
	 * @param id the id of the connection
	 * @param user its user
	 */
	public record Location(String nodeId, String id, @Nullable String user) {
	}

}
