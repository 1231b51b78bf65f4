/**
 * The servlet side: the handler that turns a returned connection into a stream that is
 * written without blocking, the REST endpoints, and their error bodies.
 */
@NullMarked
package io.github.ssehub.web;

import org.jspecify.annotations.NullMarked;
