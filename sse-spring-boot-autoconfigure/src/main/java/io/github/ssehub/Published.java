package io.github.ssehub;

import org.jspecify.annotations.Nullable;

/**
 * What became of a published event.
 *
 * @param position its position in the log, as clients see it in {@code id:}; {@code null}
 * for an ephemeral event
 * @param recipients how many connections it was for when it was published, as far as this
 * node knows; a connection that filters by event name is counted all the same
 * @param duplicate whether its {@linkplain SseEvent#id() id} had been published before,
 * so that nothing was delivered; the position is then the first one's
 */
public record Published(@Nullable String position, int recipients, boolean duplicate) {
}
