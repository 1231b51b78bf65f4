/**
 * A client that holds thousands of streams and checks what they bring.
 */
@NullMarked
package io.github.ssehub.benchmarks.client;

import org.jspecify.annotations.NullMarked;
