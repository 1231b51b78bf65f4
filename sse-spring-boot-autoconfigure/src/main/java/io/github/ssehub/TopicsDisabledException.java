package io.github.ssehub;

/**
 * Topics are switched off and somebody subscribed or published to one.
 */
public class TopicsDisabledException extends IllegalStateException {

	/**
	 * Creates the exception.
	 */
	public TopicsDisabledException() {
		super("Topics are switched off: set sse.topics.enabled=true to use them");
	}

}
