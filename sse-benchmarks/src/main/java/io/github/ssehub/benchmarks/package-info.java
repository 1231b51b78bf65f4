/**
 * Benchmarks of the starter beside its rivals, started from the command line.
 */
@NullMarked
package io.github.ssehub.benchmarks;

import org.jspecify.annotations.NullMarked;
