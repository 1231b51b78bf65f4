package io.github.ssehub.sample.chat;

import java.util.regex.Pattern;

/**
 * A room by its name. Spring MVC makes it from a path variable and answers 400 when the
 * constructor refuses the name.
 *
 * @param name the name
 */
record ChatRoom(String name) {

	private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

	public ChatRoom {
		if (!NAME.matcher(name).matches()) {
			throw new IllegalArgumentException(
					"'room' must be 1 to 64 letters, digits, '-' and '_' but is '%s'".formatted(name));
		}
	}

	String topic() {
		return "chat-room-" + this.name;
	}

}
