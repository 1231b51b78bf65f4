package io.github.ssehub.log;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How much a log keeps.
 *
 * @param history the greatest number of entries; 0 keeps none
 * @param maxBytes the greatest number of bytes of all kept entries
 * @param maxAge how long an entry is kept, or {@code null} for no limit
 * @param idempotencyWindow how long an idempotency key is remembered
 * @param idempotencyMaxIds the greatest number of keys that are remembered
 */
public record LogLimits(int history, long maxBytes, @Nullable Duration maxAge, Duration idempotencyWindow,
		int idempotencyMaxIds) {
}
