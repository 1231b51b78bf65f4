/**
 * Where events come from that are not published by the application itself: the SPI of
 * sources, and what runs them.
 */
@NullMarked
package io.github.ssehub.source;

import org.jspecify.annotations.NullMarked;
