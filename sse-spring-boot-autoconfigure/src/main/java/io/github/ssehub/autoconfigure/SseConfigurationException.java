package io.github.ssehub.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * A property has a value that cannot work. The application does not start.
 */
public class SseConfigurationException extends RuntimeException {

	private final String action;

	/**
	 * Creates the exception.
	 * @param property the name of the property
	 * @param value its value
	 * @param reason what is wrong with it
	 * @param action what to write instead
	 */
	public SseConfigurationException(String property, @Nullable Object value, String reason, String action) {
		super("Property %s with value '%s' is invalid: %s".formatted(property, PropertyText.of(value), reason));
		this.action = action;
	}

	String getAction() {
		return this.action;
	}

}
