/**
 * An event log on a Redis Stream, shared by the nodes of an application.
 */
@NullMarked
package io.github.ssehub.log.redis;

import org.jspecify.annotations.NullMarked;
