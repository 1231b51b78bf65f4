package io.github.ssehub;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * An event to publish. Immutable, as far as its data is; its fields were checked when it
 * was built, so publishing it cannot fail for them. Two events are equal when all their
 * fields are, the data by its own {@code equals} or, for an array, by its elements.
 *
 * <pre class="code">
 * SseEvent.of("notification", new Notification("Hello"));
 * SseEvent.named("price").data(quote).key("ACME").build();
 * </pre>
 */
public final class SseEvent {

	/**
	 * The greatest length of an event name, in bytes of UTF-8.
	 */
	public static final int MAX_NAME_LENGTH = 128;

	/**
	 * The greatest length of an {@linkplain #id() id} or a {@linkplain #key() key}, in
	 * bytes of UTF-8.
	 */
	public static final int MAX_ID_LENGTH = 128;

	/**
	 * The name a client sees when an event has none (WHATWG HTML, section 9.2.6).
	 */
	public static final String DEFAULT_NAME = "message";

	/**
	 * The names of the events that the starter itself writes. They cannot be published.
	 */
	public static final Set<String> RESERVED_NAMES = Set.of("connected", "reset", "heartbeat", "close");

	private static final Duration MAX_RETRY = Duration.ofDays(1);

	private final String name;

	private final Object data;

	private final @Nullable Duration retry;

	private final @Nullable String key;

	private final @Nullable String id;

	private final boolean ephemeral;

	private SseEvent(Builder builder, Object data) {
		this.name = builder.name;
		// A StringBuilder may change later, and is equal to nothing.
		this.data = (data instanceof CharSequence text) ? text.toString() : data;
		this.retry = builder.retry;
		this.key = builder.key;
		this.id = builder.id;
		this.ephemeral = builder.ephemeral;
	}

	/**
	 * An event with a name and data.
	 * @param name the event name
	 * @param data a {@code CharSequence}, sent as it is, or any object, sent as JSON
	 * @return the event
	 */
	public static SseEvent of(String name, Object data) {
		return named(name).data(data).build();
	}

	/**
	 * An event with data alone, which clients receive as {@value #DEFAULT_NAME}.
	 * @param data a {@code CharSequence}, sent as it is, or any object, sent as JSON
	 * @return the event
	 */
	public static SseEvent of(Object data) {
		return new Builder(DEFAULT_NAME).data(data).build();
	}

	/**
	 * Starts an event.
	 * @param name the event name: 1 to {@value #MAX_NAME_LENGTH} bytes, no control
	 * characters, not one of {@link #RESERVED_NAMES}
	 * @return a builder
	 * @throws InvalidArgumentException if the name is refused
	 */
	public static Builder named(String name) {
		return new Builder(requireName(name));
	}

	/**
	 * Checks an event name that a connection filters by.
	 * @param name the name
	 * @return the name
	 * @throws InvalidArgumentException if no event can have that name
	 */
	public static String requireName(String name) {
		SseFields.requireName(name, "event", MAX_NAME_LENGTH);
		if (RESERVED_NAMES.contains(name)) {
			throw new InvalidArgumentException(
					"'event' must not be '%s', which the server writes itself".formatted(name));
		}
		return name;
	}

	/**
	 * The event name.
	 * @return the name, {@value #DEFAULT_NAME} if none was given
	 */
	public String name() {
		return this.name;
	}

	/**
	 * The data.
	 * @return a {@code String} or an object that becomes JSON
	 */
	public Object data() {
		return this.data;
	}

	/**
	 * How long a client is to wait before it reconnects from now on.
	 * @return the time, or {@code null} to leave it as it is
	 */
	public @Nullable Duration retry() {
		return this.retry;
	}

	/**
	 * What this event is about. Under the overflow policy {@link OverflowPolicy#CONFLATE}
	 * a newer event replaces a waiting one with the same key.
	 * @return the key or {@code null}
	 */
	public @Nullable String key() {
		return this.key;
	}

	/**
	 * The application's own id of this event: publishing the same id again within the
	 * log's window delivers nothing. It is not the {@code id:} field, which is the
	 * event's position in the log.
	 * @return the idempotency key or {@code null}
	 */
	public @Nullable String id() {
		return this.id;
	}

	/**
	 * Whether the event is delivered to those who are connected now and not kept for
	 * replay.
	 * @return whether it is ephemeral
	 */
	public boolean ephemeral() {
		return this.ephemeral;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof SseEvent event && this.name.equals(event.name)
				&& Objects.deepEquals(this.data, event.data) && Objects.equals(this.retry, event.retry)
				&& Objects.equals(this.key, event.key) && Objects.equals(this.id, event.id)
				&& this.ephemeral == event.ephemeral;
	}

	@Override
	public int hashCode() {
		return Arrays
			.deepHashCode(new Object[] { this.name, this.data, this.retry, this.key, this.id, this.ephemeral });
	}

	/**
	 * Shows the event in one line. The data is in it, and cut when it is long.
	 */
	@Override
	public String toString() {
		return "SseEvent[name=" + this.name + ", data=" + SseFields.show(this.data) + ", retry=" + this.retry + ", key="
				+ this.key + ", id=" + this.id + ", ephemeral=" + this.ephemeral + "]";
	}

	/**
	 * Builds an {@link SseEvent}. Not safe for use by several threads.
	 */
	public static final class Builder {

		private final String name;

		private @Nullable Object data;

		private @Nullable Duration retry;

		private @Nullable String key;

		private @Nullable String id;

		private boolean ephemeral;

		private Builder(String name) {
			this.name = name;
		}

		/**
		 * Sets the data.
		 * @param data a {@code CharSequence}, sent as it is, or any object, sent as JSON
		 * @return this builder
		 */
		public Builder data(Object data) {
			this.data = data;
			return this;
		}

		/**
		 * Tells the client how long to wait before it reconnects from now on.
		 * @param retry zero to one day
		 * @return this builder
		 */
		public Builder retry(@Nullable Duration retry) {
			if (retry != null && (retry.isNegative() || retry.compareTo(MAX_RETRY) > 0)) {
				throw new InvalidArgumentException("'retry' must be between 0 and one day but is " + retry);
			}
			this.retry = retry;
			return this;
		}

		/**
		 * Sets what the event is about.
		 * @param key the key, at most {@value SseEvent#MAX_ID_LENGTH} bytes
		 * @return this builder
		 * @see SseEvent#key()
		 */
		public Builder key(@Nullable String key) {
			this.key = (key != null) ? SseFields.requireName(key, "key", MAX_ID_LENGTH) : null;
			return this;
		}

		/**
		 * Sets the idempotency key.
		 * @param id the id, at most {@value SseEvent#MAX_ID_LENGTH} bytes
		 * @return this builder
		 * @see SseEvent#id()
		 */
		public Builder id(@Nullable String id) {
			this.id = (id != null) ? SseFields.requireName(id, "id", MAX_ID_LENGTH) : null;
			return this;
		}

		/**
		 * Delivers the event live only.
		 * @return this builder
		 */
		public Builder ephemeral() {
			return ephemeral(true);
		}

		/**
		 * Sets whether the event is delivered live only.
		 * @param ephemeral whether it is not kept for replay
		 * @return this builder
		 */
		public Builder ephemeral(boolean ephemeral) {
			this.ephemeral = ephemeral;
			return this;
		}

		/**
		 * Builds the event.
		 * @return the event
		 * @throws InvalidArgumentException if no data was given
		 */
		public SseEvent build() {
			if (this.data == null) {
				throw new InvalidArgumentException("'data' must not be null");
			}
			return new SseEvent(this, this.data);
		}

	}

}
