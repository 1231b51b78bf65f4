package io.github.ssehub.internal.hub;

import org.jspecify.annotations.Nullable;

/**
 * Who opens a connection.
 *
 * @param user the name of the principal, or {@code null} for an anonymous client
 * @param remoteAddress the client's address
 * @param sessionId the id of the client's HTTP session, or {@code null} if it has none.
 * Whoever knows it is the client, so it is shown nowhere
 * @param lastEventId where the client wants to resume, or {@code null}
 */
public record ConnectionRequest(@Nullable String user, @Nullable String remoteAddress, @Nullable String sessionId,
		@Nullable LastEventId lastEventId) {

	/**
	 * For a client without an HTTP session.
	 * @param user the name of the principal, or {@code null} for an anonymous client
	 * @param remoteAddress the client's address
	 * @param lastEventId where the client wants to resume, or {@code null}
	 */
	public ConnectionRequest(@Nullable String user, @Nullable String remoteAddress, @Nullable LastEventId lastEventId) {
		this(user, remoteAddress, null, lastEventId);
	}

	ConnectionRequest withSessionId(String sessionId) {
		return new ConnectionRequest(this.user, this.remoteAddress, sessionId, this.lastEventId);
	}

	@Override
	public String toString() {
		return "ConnectionRequest[user=" + this.user + ", remoteAddress=" + this.remoteAddress + ", lastEventId="
				+ this.lastEventId + "]";
	}

}
