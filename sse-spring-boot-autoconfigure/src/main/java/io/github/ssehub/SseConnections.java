package io.github.ssehub;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The connections of this node, not of others that share its event log. Safe for use by
 * any thread.
 */
public interface SseConnections {

	/**
	 * Starts a connection, to be returned from a controller. The user, the address and
	 * the position to resume from are those of the request.
	 * @return a builder
	 */
	Builder open();

	/**
	 * Finds an open connection.
	 * @param id its id
	 * @return the connection, if it is open
	 */
	Optional<SseConnection> find(String id);

	/**
	 * All open connections, the oldest first.
	 * @return a copy
	 */
	List<SseConnection> list();

	/**
	 * The open connections of a user, the oldest first.
	 * @param user the user
	 * @return a copy
	 */
	List<SseConnection> ofUser(String user);

	/**
	 * The open connections subscribed to a topic, the oldest first.
	 * @param topic the topic
	 * @return a copy
	 */
	List<SseConnection> ofTopic(String topic);

	/**
	 * How many connections are open.
	 * @return the number
	 */
	int count();

	/**
	 * The users who have a connection, with how many each has.
	 * @return a copy, sorted by user
	 */
	Map<String, Integer> users();

	/**
	 * The topics that have a subscriber, with how many each has.
	 * @return a copy, sorted by topic
	 */
	Map<String, Integer> topics();

	/**
	 * Ends a connection for good: what is queued is written, and the client is told not
	 * to reconnect.
	 * @param id the id of the connection
	 * @return whether it was open
	 */
	boolean disconnect(String id);

	/**
	 * Ends all connections of an HTTP session for good, as {@link #disconnect} does. A
	 * connection belongs to the session that its client had when it connected, and
	 * follows it when the id of the session changes, as it does at login. A client
	 * without a session has none. Other nodes keep their connections.
	 * @param sessionId the id of the session
	 * @return how many connections were open
	 */
	int disconnectSession(String sessionId);

	/**
	 * Subscribes an open connection to a topic. When this returns, the connection gets
	 * whatever is published to the topic from now on. That holds while it replays what it
	 * missed, too: what was published before this call is replayed by its topics of then.
	 * @param id the id of the connection
	 * @param topic the topic
	 * @return whether the connection is open
	 * @throws InvalidArgumentException if the name is refused, or the connection has
	 * {@code sse.topics.max-per-connection} topics already
	 * @throws TopicsDisabledException if {@code sse.topics.enabled} is {@code false}
	 */
	boolean subscribe(String id, String topic);

	/**
	 * Takes an open connection off a topic. What was published before this call still
	 * arrives, also if the connection has yet to replay it.
	 * @param id the id of the connection
	 * @param topic the topic
	 * @return whether the connection is open
	 */
	boolean unsubscribe(String id, String topic);

	/**
	 * Changes several topics of an open connection at once, or none of them. What is
	 * published before this call meets the old topics, what is published after it the new
	 * ones, and nothing meets a part of the change. A topic to subscribe to that the
	 * connection has, or one to unsubscribe from that it has not, changes nothing.
	 * @param id the id of the connection
	 * @param subscribe the topics to subscribe to
	 * @param unsubscribe the topics to unsubscribe from
	 * @return whether the connection is open
	 * @throws InvalidArgumentException if a name is refused, a topic is in both, or the
	 * connection would have more than {@code sse.topics.max-per-connection} topics
	 * @throws TopicsDisabledException if {@code sse.topics.enabled} is {@code false}
	 */
	boolean changeTopics(String id, Collection<String> subscribe, Collection<String> unsubscribe);

	/**
	 * Builds an {@link SseConnection}. Not safe for use by several threads.
	 */
	interface Builder {

		/**
		 * Subscribes to a topic.
		 * @param topic the topic
		 * @return this builder
		 * @throws InvalidArgumentException if the name is refused, or these are more than
		 * {@code sse.topics.max-per-connection}
		 * @throws TopicsDisabledException if {@code sse.topics.enabled} is {@code false}
		 */
		Builder topic(String topic);

		/**
		 * Subscribes to topics.
		 * @param topics the topics
		 * @return this builder
		 */
		Builder topics(Collection<String> topics);

		/**
		 * Delivers only events of these names. Without any, all events are delivered.
		 * @param names event names
		 * @return this builder
		 * @throws InvalidArgumentException if no event can have such a name
		 */
		Builder events(Collection<String> names);

		/**
		 * Notes something about the connection for those who look at it.
		 * @param name what it is
		 * @param value the value
		 * @return this builder
		 */
		Builder metadata(String name, String value);

		/**
		 * Builds the connection. It is registered when the controller has returned it.
		 * @return the connection
		 */
		SseConnection build();

	}

}
