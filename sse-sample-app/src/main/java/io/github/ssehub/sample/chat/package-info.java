/**
 * A chat: a room is a topic, and who is in it follows from its connections.
 */
@NullMarked
package io.github.ssehub.sample.chat;

import org.jspecify.annotations.NullMarked;
