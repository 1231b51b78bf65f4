/**
 * The event log: what is published gets its place here, live delivery follows it and
 * replay reads it. {@link io.github.ssehub.log.EventLog} is an SPI with a compatibility
 * kit; the log in memory is the default.
 */
@NullMarked
package io.github.ssehub.log;

import org.jspecify.annotations.NullMarked;
