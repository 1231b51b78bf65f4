package io.github.ssehub.internal.delivery;

import java.time.Duration;

/**
 * How a loop takes events.
 *
 * @param inboxCapacity how many may wait for it
 * @param batchInterval how long it lets events wait at most after it has delivered some,
 * so that more of them go out in one write; zero for not at all
 */
public record LoopSettings(int inboxCapacity, Duration batchInterval) {
}
