package io.github.ssehub.sample.chat;

import java.security.Principal;
import java.time.Instant;
import java.util.List;

import io.github.ssehub.Published;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Joins a room, talks in it and says who is there.
 */
@RestController
@RequestMapping("/chat/{room}")
class ChatController {

	private static final int MAX_LENGTH = 2000;

	private final SseConnections connections;

	private final SsePublisher publisher;

	private final ChatPresence presence;

	ChatController(SseConnections connections, SsePublisher publisher, ChatPresence presence) {
		this.connections = connections;
		this.publisher = publisher;
		this.presence = presence;
	}

	@GetMapping("/stream")
	SseEmitter join(@PathVariable ChatRoom room, Principal principal) {
		return this.connections.open()
			.topic(room.topic())
			.metadata("room", room.name())
			.metadata("user", principal.getName())
			.build();
	}

	@PostMapping("/messages")
	Published say(@PathVariable ChatRoom room, @RequestBody ChatRequest request, Principal principal) {
		String message = request.message();
		if (!StringUtils.hasText(message) || message.length() > MAX_LENGTH) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST,
					"'message' must have 1 to %d characters".formatted(MAX_LENGTH));
		}
		return this.publisher.toTopic(room.topic(), SseEvent.of("message",
				new ChatMessage(room.name(), principal.getName(), message, Instant.now().getEpochSecond())));
	}

	@GetMapping("/users")
	ChatUsers users(@PathVariable ChatRoom room) {
		List<String> users = this.presence.usersIn(room);
		return new ChatUsers(room.name(), users, users.size());
	}

	/**
	 * What somebody wants to say.
	 */
	record ChatRequest(@Nullable String message) {
	}

	/**
	 * What somebody said.
	 */
	record ChatMessage(String room, String user, String message, long timestamp) {
	}

	/**
	 * Who is in a room.
	 */
	record ChatUsers(String room, List<String> users, int count) {
	}

}
