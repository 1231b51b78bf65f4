/**
 * All nodes that share an event log, seen from one of them. They know and ask each other
 * through the log's {@link io.github.ssehub.log.NodeChannel}.
 */
@NullMarked
package io.github.ssehub.cluster;

import org.jspecify.annotations.NullMarked;
