package io.github.ssehub.web;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

import io.github.ssehub.Topic;
import jakarta.servlet.http.HttpServletRequest;

/**
 * A request that changes the topics of a connection.
 *
 * @param connection the id of the connection
 * @param subscribe the topics to subscribe to
 * @param unsubscribe the topics to unsubscribe from
 */
record SubscriptionRequest(String connection, Set<Topic> subscribe, Set<Topic> unsubscribe) {

	private static final Set<String> FIELDS = Set.of("connection", "subscribe", "unsubscribe");

	private static final int MAX_BYTES = 65_536;

	private static final String EXAMPLE = "{\"connection\":\"19f59191-ecd6-41e1-99ec-b7c39556fd72\",\"subscribe\":[\"news\"],\"unsubscribe\":[\"weather\"]}";

	/**
	 * Reads the body of a request.
	 * @param maxTopics the greatest number of topics of a connection. More are refused
	 * before anybody is asked about each
	 */
	static SubscriptionRequest read(HttpServletRequest request, int maxTopics) throws IOException {
		JsonBody body = JsonBody.read(request, MAX_BYTES, "a change of topics", EXAMPLE);
		body.allowOnly(FIELDS, "a change of topics");
		String connection = body.text("connection");
		if (connection == null || connection.isEmpty()) {
			throw JsonBody.badRequest("'connection' is missing: give the id that the client got as 'client_id'");
		}
		Set<Topic> subscribe = topics("subscribe", body, maxTopics);
		Set<Topic> unsubscribe = topics("unsubscribe", body, maxTopics);
		if (subscribe.isEmpty() && unsubscribe.isEmpty()) {
			throw JsonBody.badRequest("'subscribe' and 'unsubscribe' are both empty: name at least one topic");
		}
		for (Topic topic : subscribe) {
			if (unsubscribe.contains(topic)) {
				throw JsonBody.badRequest("'%s' must not be in both 'subscribe' and 'unsubscribe'".formatted(topic));
			}
		}
		return new SubscriptionRequest(connection, subscribe, unsubscribe);
	}

	private static Set<Topic> topics(String field, JsonBody body, int maxTopics) {
		Set<String> names = new LinkedHashSet<>(body.texts(field));
		if (names.size() > maxTopics) {
			throw JsonBody.badRequest("'%s' has %d topics, more than the %d that sse.topics.max-per-connection allows"
				.formatted(field, names.size(), maxTopics));
		}
		Set<Topic> topics = new LinkedHashSet<>();
		names.forEach((name) -> topics.add(new Topic(name)));
		return topics;
	}

}
