package io.github.ssehub.web;

import io.github.ssehub.internal.hub.SseHub;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;

/**
 * Lets connections follow their session when the container changes its id.
 */
final class SessionIdListener implements HttpSessionIdListener {

	private final SseHub hub;

	SessionIdListener(SseHub hub) {
		this.hub = hub;
	}

	@Override
	public void sessionIdChanged(HttpSessionEvent event, String oldSessionId) {
		this.hub.changeSessionId(oldSessionId, event.getSession().getId());
	}

}
