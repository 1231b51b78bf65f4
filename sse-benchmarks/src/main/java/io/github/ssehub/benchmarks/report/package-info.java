/**
 * Tables, raw results and charts.
 */
@NullMarked
package io.github.ssehub.benchmarks.report;

import org.jspecify.annotations.NullMarked;
