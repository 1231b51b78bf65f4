/**
 * A stress run that checks itself: random steps over real HTTP, and a model that says
 * what every client must have got.
 */
@NullMarked
package io.github.ssehub.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
