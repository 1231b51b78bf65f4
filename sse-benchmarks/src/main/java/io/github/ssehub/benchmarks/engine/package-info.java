/**
 * Measures single steps of the engine, in one process and without clients.
 */
@NullMarked
package io.github.ssehub.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
