package io.github.ssehub;

import java.util.Collection;

/**
 * Publishes events. Safe for use by any thread. A call returns when the event has its
 * place in the log; it never waits for a client and never fails because of one. Other
 * threads write the event to the clients, shortly after. So it is not there yet when the
 * call returns, and a test waits for it: it reads the stream, or looks at
 * {@link SseConnection#getMessageCount()} again and again. What one thread publishes
 * arrives in that order, on every connection.
 * <p>
 * A publisher that is faster than the delivery loops waits for them, at most
 * {@code sse.delivery.publish-timeout}. Then, or when its thread is interrupted, it gets
 * a {@link PublishRejectedException}, and nothing has been published.
 * <p>
 * Every method throws {@link InvalidArgumentException} when a name is refused,
 * {@link EventTooLargeException} when the event is larger than
 * {@code sse.max-event-size}, and {@link IllegalArgumentException} when the data cannot
 * be turned into JSON; nothing has been published then. A log that does not work at the
 * moment throws {@code EventLogException}, one that is closed because the application has
 * ended throws {@link IllegalStateException}.
 * <p>
 * The exceptions of the starter are {@link org.springframework.web.ErrorResponse}s. When
 * one leaves a controller, Spring MVC answers with its status: 400, 413, or 503 with
 * {@code Retry-After}.
 */
public interface SsePublisher {

	/**
	 * Publishes to a target.
	 * @param target whom the event is for
	 * @param event the event
	 * @return what was published
	 */
	Published publish(Target target, SseEvent event);

	/**
	 * Publishes to every connection.
	 * @param event the event
	 * @return what was published
	 */
	default Published broadcast(SseEvent event) {
		return publish(Target.broadcast(), event);
	}

	/**
	 * Publishes to all connections of a user.
	 * @param user the name of the user's {@link java.security.Principal}
	 * @param event the event
	 * @return what was published
	 */
	default Published toUser(String user, SseEvent event) {
		return publish(Target.user(user), event);
	}

	/**
	 * Publishes to all connections of several users. It is one event: it has one position
	 * in the log, and each connection gets it once.
	 * @param users the names of the users' {@link java.security.Principal}s
	 * @param event the event
	 * @return what was published
	 */
	default Published toUsers(Collection<String> users, SseEvent event) {
		return publish(Target.users(users), event);
	}

	/**
	 * Publishes to the connections subscribed to a topic.
	 * @param topic the topic
	 * @param event the event
	 * @return what was published
	 * @throws TopicsDisabledException if {@code sse.topics.enabled} is {@code false}
	 */
	default Published toTopic(String topic, SseEvent event) {
		return publish(Target.topic(topic), event);
	}

	/**
	 * Publishes once to every connection that is subscribed to at least one of the
	 * topics.
	 * @param topics the topics
	 * @param event the event
	 * @return what was published
	 * @throws TopicsDisabledException if {@code sse.topics.enabled} is {@code false}
	 */
	default Published toTopics(Collection<String> topics, SseEvent event) {
		return publish(Target.topics(topics), event);
	}

	/**
	 * Publishes to one connection. When it is gone the event has no recipients, which is
	 * no error.
	 * @param connectionId the id of the connection
	 * @param event the event
	 * @return what was published
	 */
	default Published toConnection(String connectionId, SseEvent event) {
		return publish(Target.connection(connectionId), event);
	}

}
