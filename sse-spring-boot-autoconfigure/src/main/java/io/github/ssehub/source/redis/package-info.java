/**
 * Events from Redis Pub/Sub.
 */
@NullMarked
package io.github.ssehub.source.redis;

import org.jspecify.annotations.NullMarked;
