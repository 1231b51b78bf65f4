package io.github.ssehub.security;

import io.github.ssehub.internal.hub.SseHub;

import org.springframework.context.ApplicationListener;
import org.springframework.security.web.authentication.session.SessionFixationProtectionEvent;

/**
 * Lets connections follow their session when Spring Security changes its id at login. The
 * container tells of that only for sessions of its own, and not when one session takes
 * the place of another: sessions of Spring Session are not the container's.
 */
final class SessionFixationListener implements ApplicationListener<SessionFixationProtectionEvent> {

	private final SseHub hub;

	SessionFixationListener(SseHub hub) {
		this.hub = hub;
	}

	@Override
	public void onApplicationEvent(SessionFixationProtectionEvent event) {
		this.hub.changeSessionId(event.getOldSessionId(), event.getNewSessionId());
	}

}
