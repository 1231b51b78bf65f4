package io.github.ssehub.log.redis;

import io.github.ssehub.log.Position;

/**
 * Where a log is.
 *
 * @param head the position of the last kept entry
 * @param ephemeral how many ephemeral entries came after it
 * @param millis the time in Redis
 */
record RedisLogState(Position head, long ephemeral, long millis) {
}
