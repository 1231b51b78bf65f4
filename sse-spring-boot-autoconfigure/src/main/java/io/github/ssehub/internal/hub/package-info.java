/**
 * Internal. The connections of this node, the index by user and topic, and what connects
 * the event log with the delivery loops: publishing, live delivery and the hand-over from
 * replay to live.
 */
@NullMarked
package io.github.ssehub.internal.hub;

import org.jspecify.annotations.NullMarked;
