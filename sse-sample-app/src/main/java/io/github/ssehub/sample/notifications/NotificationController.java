package io.github.ssehub.sample.notifications;

import java.security.Principal;
import java.time.Instant;

import io.github.ssehub.Published;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Notifies a user.
 */
@RestController
class NotificationController {

	private final SsePublisher publisher;

	private final UserDetailsService users;

	NotificationController(SsePublisher publisher, UserDetailsService users) {
		this.publisher = publisher;
		this.users = users;
	}

	@PostMapping("/notifications/{user}")
	Published send(@PathVariable String user, @RequestBody NotificationRequest request, Principal sender) {
		requireKnown(user);
		if (!StringUtils.hasText(request.title())) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "'title' must not be empty");
		}
		Notification notification = new Notification(request.title(), request.content(), sender.getName(),
				Instant.now().getEpochSecond());
		return this.publisher.toUser(user, SseEvent.of("notification", notification));
	}

	/**
	 * An event for nobody is no error to the publisher, so a name with a typing mistake
	 * would go unnoticed.
	 */
	private void requireKnown(String user) {
		try {
			this.users.loadUserByUsername(user);
		}
		catch (UsernameNotFoundException ex) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no user '%s'".formatted(user), ex);
		}
	}

	/**
	 * What to tell the user.
	 */
	record NotificationRequest(@Nullable String title, @Nullable String content) {
	}

	/**
	 * What the user is told.
	 */
	record Notification(String title, @Nullable String content, String sender, long timestamp) {
	}

}
