package io.github.ssehub.log.redis;

import io.github.ssehub.log.EventLogException;

/**
 * Something else has a key that the log needs. Nothing was changed.
 */
final class RedisKeyTakenException extends EventLogException {

	private final String key;

	/**
	 * Creates the exception.
	 * @param key the key
	 * @param type its type, as Redis calls it
	 */
	RedisKeyTakenException(String key, String type) {
		super("the key '%s' in Redis is a %s of something else".formatted(key, type), null);
		this.key = key;
	}

	String key() {
		return this.key;
	}

}
