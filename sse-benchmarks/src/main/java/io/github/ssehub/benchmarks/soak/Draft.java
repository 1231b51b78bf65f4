package io.github.ssehub.benchmarks.soak;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import org.jspecify.annotations.Nullable;

/**
 * What is about to be published.
 *
 * @param target whom it is for
 * @param name the event name
 * @param key what it is about, if it says so
 * @param id its idempotency key, if it has one
 * @param ephemeral whether it is not kept
 * @param padding how much its data is filled up with
 */
record Draft(Target target, String name, @Nullable String key, @Nullable String id, boolean ephemeral, int padding) {

	SseEvent toEvent(int number) {
		return SseEvent.named(this.name).data(data(number)).key(this.key).id(this.id).ephemeral(this.ephemeral).build();
	}

	String toJson(int number) {
		return "{\"event\":\"%s\",\"data\":\"%s\",\"key\":%s,\"id\":%s,\"ephemeral\":%s}".formatted(this.name,
				data(number), quoted(this.key), quoted(this.id), this.ephemeral);
	}

	private static String quoted(@Nullable String value) {
		return (value != null) ? '"' + value + '"' : "null";
	}

	/**
	 * The number, and how much follows, so that a client sees damage.
	 */
	private String data(int number) {
		return number + " " + this.padding + " " + "x".repeat(this.padding);
	}

	static boolean isWhole(long number, long padding, int length) {
		return length == Long.toString(number).length() + Long.toString(padding).length() + 2 + padding;
	}

}
