package io.github.ssehub.cluster;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.ssehub.SseConnection;
import org.jspecify.annotations.Nullable;

/**
 * Something that every node can answer about itself, or do with a connection it owns.
 * Both the question and its answer are JSON on the way.
 *
 * @param <A> the answer
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "question")
@JsonSubTypes({ @JsonSubTypes.Type(value = Question.Users.class, name = "users"),
		@JsonSubTypes.Type(value = Question.Topics.class, name = "topics"),
		@JsonSubTypes.Type(value = Question.Online.class, name = "online"),
		@JsonSubTypes.Type(value = Question.Statistics.class, name = "statistics"),
		@JsonSubTypes.Type(value = Question.Matches.class, name = "matches"),
		@JsonSubTypes.Type(value = Question.Slice.class, name = "slice"),
		@JsonSubTypes.Type(value = Question.Find.class, name = "find"),
		@JsonSubTypes.Type(value = Question.Disconnect.class, name = "disconnect"),
		@JsonSubTypes.Type(value = Question.ChangeTopics.class, name = "change-topics") })
sealed interface Question<A> {

	/**
	 * Answers for a node. Runs on the node that is asked.
	 */
	A answer(LocalNode node);

	Class<A> answerType();

	/**
	 * Who is connected, and how often?
	 */
	record Users() implements Question<Counts> {

		@Override
		public Counts answer(LocalNode node) {
			return new Counts(node.connections().users());
		}

		@Override
		public Class<Counts> answerType() {
			return Counts.class;
		}

	}

	/**
	 * Which topics have how many subscribers?
	 */
	record Topics() implements Question<Counts> {

		@Override
		public Counts answer(LocalNode node) {
			return new Counts(node.connections().topics());
		}

		@Override
		public Class<Counts> answerType() {
			return Counts.class;
		}

	}

	/**
	 * Is a user there?
	 */
	record Online(String user) implements Question<Truth> {

		@Override
		public Truth answer(LocalNode node) {
			return new Truth(node.hub().isOnline(this.user));
		}

		@Override
		public Class<Truth> answerType() {
			return Truth.class;
		}

	}

	/**
	 * What happened?
	 */
	record Statistics() implements Question<NodeStatistics> {

		@Override
		public NodeStatistics answer(LocalNode node) {
			return NodeStatistics.of(node);
		}

		@Override
		public Class<NodeStatistics> answerType() {
			return NodeStatistics.class;
		}

	}

	/**
	 * How many connections match?
	 */
	record Matches(@Nullable String user, @Nullable String topic) implements Question<Count> {

		@Override
		public Count answer(LocalNode node) {
			boolean all = this.user == null && this.topic == null;
			return new Count(all ? node.connections().count() : node.matching(this.user, this.topic).size());
		}

		@Override
		public Class<Count> answerType() {
			return Count.class;
		}

	}

	/**
	 * Which are the connections that match, of each node those in a range?
	 */
	record Slice(@Nullable String user, @Nullable String topic,
			Map<String, Range> ranges) implements Question<Connections> {

		@Override
		public Connections answer(LocalNode node) {
			Range range = this.ranges.getOrDefault(node.id(), Range.EMPTY);
			return new Connections(node.matching(this.user, this.topic)
				.stream()
				.skip(range.offset())
				.limit(range.limit())
				.map((connection) -> NodeConnection.of(node.id(), connection))
				.toList());
		}

		@Override
		public Class<Connections> answerType() {
			return Connections.class;
		}

	}

	/**
	 * Do you have a connection, and whose is it?
	 */
	record Find(String id) implements Question<Found> {

		@Override
		public Found answer(LocalNode node) {
			Optional<SseConnection> connection = node.connections().find(this.id);
			return new Found(connection.isPresent(), connection.map(SseConnection::getUser).orElse(null));
		}

		@Override
		public Class<Found> answerType() {
			return Found.class;
		}

	}

	/**
	 * End a connection.
	 */
	record Disconnect(String id) implements Question<Truth> {

		@Override
		public Truth answer(LocalNode node) {
			return new Truth(node.connections().disconnect(this.id));
		}

		@Override
		public Class<Truth> answerType() {
			return Truth.class;
		}

	}

	/**
	 * Change the topics of a connection.
	 */
	record ChangeTopics(String id, List<String> subscribe, List<String> unsubscribe) implements Question<Subscribed> {

		public ChangeTopics {
			subscribe = (subscribe != null) ? subscribe : List.of();
			unsubscribe = (unsubscribe != null) ? unsubscribe : List.of();
		}

		@Override
		public Subscribed answer(LocalNode node) {
			Optional<SseConnection> connection = node.connections().find(this.id);
			return Subscribed.of(connection,
					node.connections().changeTopics(this.id, this.subscribe, this.unsubscribe));
		}

		@Override
		public Class<Subscribed> answerType() {
			return Subscribed.class;
		}

	}

	/**
	 * Connections by name.
	 */
	record Counts(Map<String, Integer> counts) {

		public Counts {
			counts = (counts != null) ? counts : Map.of();
		}

	}

	/**
	 * Yes or no.
	 */
	record Truth(boolean value) {
	}

	/**
	 * How many.
	 */
	record Count(long value) {
	}

	/**
	 * Part of a list.
	 */
	record Range(long offset, int limit) {

		static final Range EMPTY = new Range(0, 0);

	}

	/**
	 * Some connections.
	 */
	record Connections(List<NodeConnection> connections) {

		public Connections {
			connections = (connections != null) ? connections : List.of();
		}

	}

	/**
	 * Whether a connection is here, and its user.
	 */
	record Found(boolean here, @Nullable String user) {
	}

	/**
	 * Whether a connection is open, and its topics.
	 */
	record Subscribed(boolean open, Set<String> topics) {

		public Subscribed {
			topics = (topics != null) ? topics : Set.of();
		}

		static Subscribed of(Optional<SseConnection> connection, boolean open) {
			return new Subscribed(open, connection.map(SseConnection::getTopics).orElse(Set.of()));
		}

	}

}
