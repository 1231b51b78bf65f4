package io.github.ssehub.internal.hub;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * The connections of one loop by user and by topic. Changed by the loop alone; counts may
 * be read by any thread.
 */
final class ConnectionIndex {

	private final Members all = new Members();

	private final Map<String, Members> byUser = new ConcurrentHashMap<>();

	private final Map<String, Members> byTopic = new ConcurrentHashMap<>();

	void add(HubConnection connection) {
		this.all.add(connection);
		if (connection.getUser() != null) {
			add(this.byUser, connection.getUser(), connection);
		}
		connection.getTopics().forEach((topic) -> addTopic(connection, topic));
	}

	void remove(HubConnection connection) {
		this.all.remove(connection);
		if (connection.getUser() != null) {
			remove(this.byUser, connection.getUser(), connection);
		}
		connection.getTopics().forEach((topic) -> removeTopic(connection, topic));
	}

	void addTopic(HubConnection connection, String topic) {
		add(this.byTopic, topic, connection);
	}

	void removeTopic(HubConnection connection, String topic) {
		remove(this.byTopic, topic, connection);
	}

	private static void add(Map<String, Members> index, String name, HubConnection connection) {
		index.computeIfAbsent(name, (key) -> new Members()).add(connection);
	}

	private static void remove(Map<String, Members> index, String name, HubConnection connection) {
		Members members = index.get(name);
		if (members != null) {
			members.remove(connection);
			if (members.size() == 0) {
				index.remove(name);
			}
		}
	}

	Members all() {
		return this.all;
	}

	@Nullable Members ofUser(String user) {
		return this.byUser.get(user);
	}

	@Nullable Members ofTopic(String topic) {
		return this.byTopic.get(topic);
	}

	int countUser(String user) {
		return size(this.byUser.get(user));
	}

	int countTopic(String topic) {
		return size(this.byTopic.get(topic));
	}

	/**
	 * How many connections have at least one of several topics. Looks at no connection of
	 * the largest topic and at none that has none of them.
	 */
	int countAnyTopic(Set<String> topics) {
		String largest = largest(topics);
		int count = countTopic(largest);
		Set<String> counted = new HashSet<>(Set.of(largest));
		for (String topic : topics) {
			Members members = this.byTopic.get(topic);
			if (members != null && !counted.contains(topic)) {
				count += members.count((connection) -> !connection.isSubscribedToAny(counted));
				counted.add(topic);
			}
		}
		return count;
	}

	private String largest(Set<String> topics) {
		return Collections.max(topics, Comparator.comparingInt(this::countTopic));
	}

	private static int size(@Nullable Members members) {
		return (members != null) ? members.size() : 0;
	}

	void forEachUser(BiConsumer<String, Integer> action) {
		forEach(this.byUser, action);
	}

	void forEachTopic(BiConsumer<String, Integer> action) {
		forEach(this.byTopic, action);
	}

	private static void forEach(Map<String, Members> index, BiConsumer<String, Integer> action) {
		index.forEach((name, members) -> {
			int size = members.size();
			if (size > 0) {
				action.accept(name, size);
			}
		});
	}

}
