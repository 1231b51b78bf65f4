/**
 * Internal: what everything that uses Redis has in common.
 */
@NullMarked
package io.github.ssehub.internal.redis;

import org.jspecify.annotations.NullMarked;
