package io.github.ssehub;

/**
 * The name of something connections subscribe to, such as {@code news} or
 * {@code approval:pending}.
 *
 * @param name 1 to 128 bytes of UTF-8 without control characters, commas (they separate
 * topics in a request) or white space at either end
 */
public record Topic(String name) {

	/**
	 * The greatest length of a name, in bytes of UTF-8.
	 */
	public static final int MAX_LENGTH = 128;

	public Topic {
		SseFields.requireName(name, "topic", MAX_LENGTH);
		if (name.indexOf(',') >= 0) {
			throw new InvalidArgumentException("'topic' must not contain a comma: '%s'".formatted(name));
		}
		if (!name.equals(name.strip())) {
			throw new InvalidArgumentException("'topic' must not begin or end with white space: '%s'".formatted(name));
		}
	}

	@Override
	public String toString() {
		return this.name;
	}

}
