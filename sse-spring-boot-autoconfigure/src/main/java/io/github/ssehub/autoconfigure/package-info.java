/**
 * What {@code application.yml} says: the properties, their checks, and the beans of the
 * engine that are built from them.
 */
@NullMarked
package io.github.ssehub.autoconfigure;

import org.jspecify.annotations.NullMarked;
