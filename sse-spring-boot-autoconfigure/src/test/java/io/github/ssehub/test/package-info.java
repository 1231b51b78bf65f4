/**
 * What a test of an application or of an event log uses: a client that records a stream,
 * and the compatibility kit that every event log passes.
 */
package io.github.ssehub.test;
