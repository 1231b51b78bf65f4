/**
 * A runnable application that shows what the starter gives: who may sign in, what is
 * public, and the page. Each demo has a package of its own below this one.
 */
@NullMarked
package io.github.ssehub.sample;

import org.jspecify.annotations.NullMarked;
