package io.github.ssehub.internal.hub;

/**
 * Turns the data of the application's events into text.
 */
@FunctionalInterface
public interface DataConverter {

	/**
	 * Converts an object that is not text.
	 * @param data the object
	 * @return its JSON
	 * @throws IllegalArgumentException if there is none
	 */
	String toJson(Object data);

	/**
	 * Converts the data of an event: text stays as it is, the rest becomes JSON.
	 * @param data the data
	 * @return the text
	 * @throws IllegalArgumentException if the data cannot be turned into JSON
	 */
	default String convert(Object data) {
		return (data instanceof CharSequence text) ? text.toString() : toJson(data);
	}

}
