package io.github.ssehub.cluster;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What nodes send each other: a line of JSON, which every node reads, and behind it the
 * JSON that only those read whom it is for.
 *
 * @param type what it is
 * @param node who sends it
 * @param to whom it is for, {@code null} for all
 * @param number of the hello, or of the question
 * @param body the question or the answer, empty for the others
 */
record Message(Type type, String node, @Nullable Set<String> to, long number, byte[] body) {

	/** To be raised when a node of the version before would misread a message. */
	private static final int VERSION = 1;

	/** What a message begins with, written and read as JSON. */
	static final Class<?> HEADER = Header.class;

	private static final byte[] NO_BODY = new byte[0];

	static Message hello(String node, long number) {
		return new Message(Type.HELLO, node, null, number, NO_BODY);
	}

	static Message bye(String node) {
		return new Message(Type.BYE, node, null, 0, NO_BODY);
	}

	static Message ask(String node, Set<String> to, long number, Question<?> question) {
		return new Message(Type.ASK, node, to, number, Json.write(question));
	}

	static Message answer(String node, String to, long number, Reply reply) {
		return new Message(Type.ANSWER, node, Set.of(to), number, Json.write(reply));
	}

	boolean isFor(String node) {
		return this.to == null || this.to.contains(node);
	}

	byte[] toBytes() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(Json.write(new Header(VERSION, this.type.wireName, this.node, this.to, this.number)));
		bytes.write('\n');
		bytes.writeBytes(this.body);
		return bytes.toByteArray();
	}

	/**
	 * Reads a message.
	 * @return the message, or {@code null} if it is of a version or a type that only a
	 * later release knows
	 * @throws JacksonException if this is no message
	 * @throws IllegalArgumentException if this is no message
	 */
	static @Nullable Message parse(byte[] bytes) {
		int end = 0;
		while (end < bytes.length && bytes[end] != '\n') {
			end++;
		}
		Header header = Json.read(Arrays.copyOf(bytes, end), Header.class);
		if (header.v() != VERSION) {
			return null;
		}
		if (header.type() == null || !NodeId.isValid(header.node())) {
			throw new IllegalArgumentException("Without a type or a node");
		}
		for (Type type : Type.values()) {
			if (type.wireName.equals(header.type())) {
				byte[] body = (end < bytes.length) ? Arrays.copyOfRange(bytes, end + 1, bytes.length) : NO_BODY;
				return new Message(type, header.node(), header.to(), header.number(), body);
			}
		}
		return null;
	}

	/**
	 * The kinds of message.
	 */
	enum Type {

		/** I am here. */
		HELLO("hello"),

		/** I am leaving. */
		BYE("bye"),

		/** A {@link Question}. */
		ASK("ask"),

		/** A {@link Reply}. */
		ANSWER("answer");

		private final String wireName;

		Type(String wireName) {
			this.wireName = wireName;
		}

	}

	private record Header(int v, String type, String node, @Nullable Set<String> to, long number) {
	}

}
