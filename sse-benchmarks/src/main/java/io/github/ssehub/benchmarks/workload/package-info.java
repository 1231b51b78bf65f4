/**
 * What is measured, and how: processes, rounds, figures.
 */
@NullMarked
package io.github.ssehub.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
