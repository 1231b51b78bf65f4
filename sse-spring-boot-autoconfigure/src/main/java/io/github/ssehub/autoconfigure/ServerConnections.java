package io.github.ssehub.autoconfigure;

/**
 * How the connections of a web server relate to those of the starter.
 *
 * @param streams {@code sse.max-connections}, 0 for no limit
 */
record ServerConnections(int streams) {

	/**
	 * How many connections may wait to be accepted. What does not fit is dropped by the
	 * kernel, and the client tries again after 1, 3, 7 and 15 seconds. Linux takes no
	 * more than {@code net.core.somaxconn}, which has this value.
	 */
	static final int ACCEPT_QUEUE = 4096;

	/** For requests that are no streams, among them those that are answered with 503. */
	private static final int HEADROOM = 1024;

	private static final int NO_LIMIT = -1;

	/**
	 * Whether all streams and some other requests fit.
	 * @param limit the server's limit, -1 for none
	 */
	boolean fitInto(int limit) {
		return limit == NO_LIMIT || (this.streams > 0 && limit > this.streams);
	}

	/**
	 * The limit the server needs, -1 for none.
	 */
	int required() {
		return (this.streams > 0) ? this.streams + HEADROOM : NO_LIMIT;
	}

	String warning(String property, int limit) {
		return "%s=%d is not above sse.max-connections=%d: set it to %d".formatted(property, limit, this.streams,
				required());
	}

}
