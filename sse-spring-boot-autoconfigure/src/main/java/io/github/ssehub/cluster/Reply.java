package io.github.ssehub.cluster;

import io.github.ssehub.InvalidArgumentException;
import io.github.ssehub.TopicsDisabledException;
import io.github.ssehub.log.EventLogException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What a node has to say to a question: its answer, or why it has none.
 *
 * @param failure the kind of failure, or {@code null} if there is an answer
 * @param detail what went wrong
 * @param answer the answer
 */
record Reply(@Nullable String failure, @Nullable String detail, @Nullable JsonNode answer) {

	private static final String INVALID_ARGUMENT = "invalid-argument";

	private static final String TOPICS_DISABLED = "topics-disabled";

	private static final String NOT_UNDERSTOOD = "not-understood";

	private static final String FAILED = "failed";

	/**
	 * Answers a question that came as JSON.
	 */
	static Reply to(byte[] json, LocalNode node) {
		Question<?> question;
		try {
			question = Json.read(json, Question.class);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			return failure(NOT_UNDERSTOOD, ex);
		}
		try {
			return new Reply(null, null, Json.tree(question.answer(node)));
		}
		catch (TopicsDisabledException ex) {
			return failure(TOPICS_DISABLED, ex);
		}
		catch (InvalidArgumentException ex) {
			return failure(INVALID_ARGUMENT, ex);
		}
		catch (RuntimeException ex) {
			return failure(FAILED, ex);
		}
	}

	private static Reply failure(String kind, RuntimeException cause) {
		String message = cause.getMessage();
		return new Reply(kind, (message != null) ? message : cause.getClass().getSimpleName(), null);
	}

	/**
	 * The answer.
	 * @throws RuntimeException what the node that was asked met, as far as its kind
	 * matters to whoever asked
	 */
	<A> A get(Class<A> type, String node) {
		if (this.failure == null && this.answer != null) {
			return Json.value(this.answer, type);
		}
		if (INVALID_ARGUMENT.equals(this.failure)) {
			throw new InvalidArgumentException(String.valueOf(this.detail));
		}
		if (TOPICS_DISABLED.equals(this.failure)) {
			throw new TopicsDisabledException();
		}
		throw new EventLogException("Node '%s' could not answer: %s".formatted(node, this.detail), null);
	}

}
