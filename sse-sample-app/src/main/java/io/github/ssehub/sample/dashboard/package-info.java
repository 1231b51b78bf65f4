/**
 * A live dashboard: the server's own metrics as a stream of events.
 */
@NullMarked
package io.github.ssehub.sample.dashboard;

import org.jspecify.annotations.NullMarked;
