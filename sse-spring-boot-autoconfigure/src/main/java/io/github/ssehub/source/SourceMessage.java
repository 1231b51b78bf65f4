package io.github.ssehub.source;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;

/**
 * What a message says.
 *
 * @param target whom the event is for
 * @param event the event
 */
record SourceMessage(Target target, SseEvent event) {
}
