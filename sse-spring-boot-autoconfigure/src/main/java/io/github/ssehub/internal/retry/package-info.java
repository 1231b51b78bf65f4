/**
 * Internal. Work that is tried again until it succeeds.
 */
@NullMarked
package io.github.ssehub.internal.retry;

import org.jspecify.annotations.NullMarked;
