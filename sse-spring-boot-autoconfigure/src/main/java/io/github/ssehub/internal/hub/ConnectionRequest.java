package io.github.ssehub.internal.hub;

import org.jspecify.annotations.Nullable;

/**
 * Who opens a connection.
 *
 * @param user the name of the principal, or {@code null} for an anonymous client
 * @param remoteAddress the client's address
 * @param lastEventId where the client wants to resume, or {@code null}
 */
public record ConnectionRequest(@Nullable String user, @Nullable String remoteAddress,
		@Nullable LastEventId lastEventId) {
}
