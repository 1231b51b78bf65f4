package io.github.ssehub.benchmarks.soak;

/**
 * What the driver does to a client.
 */
enum StepKind {

	/** It connects, and resumes if it was connected before. */
	CONNECT(30),

	/** It closes its end. */
	CLOSE(4),

	/** It closes its end with RST. */
	RESET(4),

	/** It loses its connection and comes back at once. */
	RECONNECT(6),

	/** It comes back with a position that means nothing. */
	RESUME_ANYWHERE(2),

	/** It stops reading. */
	STALL(12),

	/** It reads on. */
	READ_ON(3),

	/** The server ends its connection for good. */
	DISCONNECT(3),

	/** The server completes its stream. */
	COMPLETE(2),

	/** It is subscribed to a topic. */
	SUBSCRIBE(12),

	/** It is taken off a topic. */
	UNSUBSCRIBE(10),

	/** Nothing. */
	PAUSE(6);

	private final int weight;

	StepKind(int weight) {
		this.weight = weight;
	}

	static StepKind of(int random) {
		int rest = Math.floorMod(random, sum());
		for (StepKind kind : values()) {
			rest -= kind.weight;
			if (rest < 0) {
				return kind;
			}
		}
		throw new IllegalStateException("No step");
	}

	private static int sum() {
		int sum = 0;
		for (StepKind kind : values()) {
			sum += kind.weight;
		}
		return sum;
	}

}
