/**
 * The Actuator endpoint {@code sse} and the health of the hub.
 */
@NullMarked
package io.github.ssehub.actuate;

import org.jspecify.annotations.NullMarked;
