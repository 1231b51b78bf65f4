/**
 * Internal. The delivery loops: threads that each own connections, hold what waits for
 * them in bounded queues and write it without ever blocking. See
 * {@code docs/design/concurrency.md}.
 */
@NullMarked
package io.github.ssehub.internal.delivery;

import org.jspecify.annotations.NullMarked;
