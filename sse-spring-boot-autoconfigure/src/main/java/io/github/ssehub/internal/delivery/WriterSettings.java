package io.github.ssehub.internal.delivery;

import java.time.Duration;

import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How connections are written to.
 *
 * @param maxEvents the bound of a queue, in events
 * @param maxBytes the bound of a queue, in bytes
 * @param overflow what happens beyond
 * @param heartbeatInterval how long a connection may be idle
 * @param heartbeatMode what is then written
 * @param clientTimeout how long a client may take nothing
 * @param maxLifetime how long a connection may last at most, or {@code null}
 * @param linger how long an ending connection may take to get what is queued
 */
public record WriterSettings(int maxEvents, long maxBytes, OverflowPolicy overflow, Duration heartbeatInterval,
		HeartbeatMode heartbeatMode, Duration clientTimeout, @Nullable Duration maxLifetime, Duration linger) {
}
