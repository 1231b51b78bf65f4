package io.github.ssehub;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whom an event is for. A connection that matches in several ways gets the event once.
 *
 * @param type the kind of target
 * @param names the users, the topics or the connection; empty for a broadcast
 */
public record Target(Type type, Set<String> names) {

	/**
	 * The greatest length of a user name, in bytes of UTF-8.
	 */
	public static final int MAX_USER_LENGTH = 256;

	/**
	 * The greatest number of users or topics. Each kept event has its target with it.
	 */
	public static final int MAX_NAMES = 1000;

	private static final int MAX_CONNECTION_ID_LENGTH = 128;

	private static final Target BROADCAST = new Target(Type.BROADCAST, Set.of());

	/**
	 * Creates a target and checks its names.
	 */
	public Target {
		names = Set.copyOf(names);
		switch (type) {
			case BROADCAST -> requireCount(names.isEmpty(), "A broadcast must not name anybody");
			case USER -> {
				requireSeveral(names, "users");
				names.forEach((name) -> SseFields.requireName(name, "user", MAX_USER_LENGTH));
			}
			case TOPIC -> {
				requireSeveral(names, "topics");
				names.forEach(Topic::new);
			}
			case CONNECTION -> {
				requireCount(names.size() == 1, "'connection' must name one connection");
				names.forEach((name) -> SseFields.requireName(name, "connection", MAX_CONNECTION_ID_LENGTH));
			}
		}
	}

	private static void requireSeveral(Set<String> names, String what) {
		requireCount(!names.isEmpty(), "'%s' must not be empty".formatted(what));
		requireCount(names.size() <= MAX_NAMES, "'%s' must not name more than %d but names %d: publish several events"
			.formatted(what, MAX_NAMES, names.size()));
	}

	private static void requireCount(boolean condition, String message) {
		if (!condition) {
			throw new InvalidArgumentException(message);
		}
	}

	/**
	 * Every connection.
	 * @return the target
	 */
	public static Target broadcast() {
		return BROADCAST;
	}

	/**
	 * All connections of a user.
	 * @param user the name of the user's {@link java.security.Principal}
	 * @return the target
	 */
	public static Target user(String user) {
		return new Target(Type.USER, named(user, "user"));
	}

	/**
	 * All connections of several users. It is one event, with one position in the log.
	 * @param users the names of the users' {@link java.security.Principal}s
	 * @return the target
	 */
	public static Target users(Collection<String> users) {
		return new Target(Type.USER, named(users, "users"));
	}

	/**
	 * The connections subscribed to a topic.
	 * @param topic the topic
	 * @return the target
	 */
	public static Target topic(String topic) {
		return new Target(Type.TOPIC, named(topic, "topic"));
	}

	/**
	 * The connections subscribed to at least one of several topics.
	 * @param topics the topics
	 * @return the target
	 */
	public static Target topics(Collection<String> topics) {
		return new Target(Type.TOPIC, named(topics, "topics"));
	}

	/**
	 * One connection.
	 * @param id the id of the connection
	 * @return the target
	 */
	public static Target connection(String id) {
		return new Target(Type.CONNECTION, named(id, "connection"));
	}

	private static Set<String> named(Collection<String> names, String what) {
		if (names == null || names.stream().anyMatch(Objects::isNull)) {
			throw new InvalidArgumentException("'%s' must not be or contain null".formatted(what));
		}
		return new LinkedHashSet<>(names);
	}

	private static Set<String> named(String name, String what) {
		if (name == null) {
			throw new InvalidArgumentException("'%s' must not be empty".formatted(what));
		}
		return Set.of(name);
	}

	/**
	 * Shows the target in one line. The names are sorted, and cut when they are many.
	 */
	@Override
	public String toString() {
		return "Target[type=" + this.type + ", names=" + SseFields.show(new TreeSet<>(this.names)) + "]";
	}

	/**
	 * The kinds of target.
	 */
	public enum Type {

		/**
		 * Every connection.
		 */
		BROADCAST,

		/**
		 * All connections of one or more users.
		 */
		USER,

		/**
		 * The connections of one or more topics.
		 */
		TOPIC,

		/**
		 * One connection.
		 */
		CONNECTION;

		private final String tag = name().toLowerCase(Locale.ROOT);

		/**
		 * The name of this kind in metrics.
		 * @return the name in lower case
		 */
		public String tag() {
			return this.tag;
		}

	}

}
