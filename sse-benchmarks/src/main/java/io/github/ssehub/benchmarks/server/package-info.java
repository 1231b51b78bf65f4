/**
 * The servers that are measured, each in a process of its own, and how they are told to
 * publish.
 */
@NullMarked
package io.github.ssehub.benchmarks.server;

import org.jspecify.annotations.NullMarked;
