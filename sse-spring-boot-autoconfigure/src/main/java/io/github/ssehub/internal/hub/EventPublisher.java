package io.github.ssehub.internal.hub;

import io.github.ssehub.EventTooLargeException;
import io.github.ssehub.Published;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.internal.wire.EventEncoder;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.LogRecord;

/**
 * Encodes an event, once for all who get it, and appends it to the log. Everything that
 * can be wrong with it is found before it may have to wait for the loops.
 */
final class EventPublisher implements SsePublisher {

	private final HubContext hub;

	private final ConnectionRegistry registry;

	private final PublishGate gate;

	EventPublisher(HubContext hub, ConnectionRegistry registry, PublishGate gate) {
		this.hub = hub;
		this.registry = registry;
		this.gate = gate;
	}

	@Override
	public Published publish(Target target, SseEvent event) {
		this.registry.requirePossible(target);
		LogRecord record = new LogRecord(target, event.name(), event.key(), event.id(), event.ephemeral(),
				encode(event));
		this.gate.pass();
		int recipients = this.registry.count(target);
		Appended appended = this.hub.log().append(record);
		if (!appended.duplicate()) {
			this.hub.statistics().published(target.type());
		}
		return new Published(event.ephemeral() ? null : appended.position().toString(),
				appended.duplicate() ? 0 : recipients, appended.duplicate());
	}

	private byte[] encode(SseEvent event) {
		String name = event.name().equals(SseEvent.DEFAULT_NAME) ? null : event.name();
		byte[] fields = EventEncoder.fields(name, event.retry(), this.hub.converter().convert(event.data()));
		long limit = this.hub.settings().maxEventBytes();
		if (fields.length > limit) {
			throw new EventTooLargeException(fields.length, limit);
		}
		return fields;
	}

}
