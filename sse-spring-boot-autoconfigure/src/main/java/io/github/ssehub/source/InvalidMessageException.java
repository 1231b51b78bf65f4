package io.github.ssehub.source;

/**
 * A message cannot be read. What is wrong with it is told without its content.
 */
final class InvalidMessageException extends Exception {

	InvalidMessageException(String reason) {
		// Without a stack trace: whoever sends rubbish should not cost more than it does.
		super(reason, null, false, false);
	}

}
