/**
 * The progress of a long task: it is published as it happens, and whoever looks later
 * catches up from the event log.
 */
@NullMarked
package io.github.ssehub.sample.progress;

import org.jspecify.annotations.NullMarked;
