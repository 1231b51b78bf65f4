/**
 * Micrometer meters of what the hub counts, and what keeps streams out of
 * {@code http.server.requests}.
 */
@NullMarked
package io.github.ssehub.metrics;

import org.jspecify.annotations.NullMarked;
