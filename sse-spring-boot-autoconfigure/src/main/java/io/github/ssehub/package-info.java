/**
 * The public API: publish events ({@link io.github.ssehub.SsePublisher}), open and manage
 * connections ({@link io.github.ssehub.SseConnections}), ask who is there
 * ({@link io.github.ssehub.SsePresence}) and follow what happens
 * ({@link io.github.ssehub.SseConnectionListener}).
 */
@NullMarked
package io.github.ssehub;

import org.jspecify.annotations.NullMarked;
