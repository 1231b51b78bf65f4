/**
 * Who may do what: the SPI that decides about topics, and the filter chain of the
 * endpoints when Spring Security is there.
 */
@NullMarked
package io.github.ssehub.security;

import org.jspecify.annotations.NullMarked;
