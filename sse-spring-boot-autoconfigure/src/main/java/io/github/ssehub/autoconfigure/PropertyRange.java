package io.github.ssehub.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * The values that a property may have. Both bounds work; what is beyond may overflow
 * where the value is used.
 *
 * @param <T> the type of the property
 * @param property the name of the property
 * @param least the least value
 * @param most the greatest value
 * @param example a value that is good for many applications
 * @param value finds the property's value
 */
record PropertyRange<T extends Comparable<T>>(String property, T least, T most, T example, Value<T> value) {

	void check(SseProperties properties) {
		T value = this.value.of(properties);
		if (value != null && (value.compareTo(this.least) < 0 || value.compareTo(this.most) > 0)) {
			throw new SseConfigurationException(this.property, value,
					"it must be between %s and %s".formatted(PropertyText.of(this.least), PropertyText.of(this.most)),
					"Set %s to something like %s.".formatted(this.property, PropertyText.of(this.example)));
		}
	}

	/**
	 * Finds a property's value.
	 *
	 * @param <T> the type of the property
	 */
	@FunctionalInterface
	interface Value<T> {

		/**
		 * The value, or {@code null} when the property is not set.
		 */
		@Nullable T of(SseProperties properties);

	}

}
