/**
 * Internal. The bytes of an event stream: fields, comments and the events that the
 * starter itself writes.
 */
@NullMarked
package io.github.ssehub.internal.wire;

import org.jspecify.annotations.NullMarked;
