package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.github.ssehub.ConnectionState;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import io.github.ssehub.test.EventStreamParser;
import io.github.ssehub.test.SseRecorder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of a {@link TestHub}: what it takes is parsed as a browser parses it.
 */
final class TestClient {

	private final HubConnection connection;

	private final FakeFrameSink sink;

	private final EventStreamParser parser = new EventStreamParser();

	private final Deque<SseRecorder.Event> events = new ArrayDeque<>();

	TestClient(HubConnection connection, FakeFrameSink sink) {
		this.connection = connection;
		this.sink = sink;
	}

	HubConnection connection() {
		return this.connection;
	}

	String id() {
		return this.connection.getId();
	}

	FakeFrameSink sink() {
		return this.sink;
	}

	/**
	 * Waits for the next event.
	 */
	SseRecorder.Event next() {
		while (this.events.isEmpty()) {
			this.parser.feed(this.sink.nextBytes());
			this.events.addAll(this.parser.takeEvents());
		}
		return this.events.remove();
	}

	/**
	 * Waits for the next event or the end of the stream.
	 */
	SseRecorder.@Nullable Event poll() {
		while (this.events.isEmpty()) {
			byte[] bytes = this.sink.pollBytes();
			if (bytes == null) {
				return null;
			}
			this.parser.feed(bytes);
			this.events.addAll(this.parser.takeEvents());
		}
		return this.events.remove();
	}

	/**
	 * Lets the client take one write, and waits for it.
	 */
	List<SseRecorder.Event> takeOneWrite() {
		this.sink.releaseFor(1);
		this.parser.feed(this.sink.nextBytes());
		return this.parser.takeEvents();
	}

	/**
	 * The events that came together with one that was taken.
	 */
	List<SseRecorder.Event> takeParsed() {
		List<SseRecorder.Event> taken = List.copyOf(this.events);
		this.events.clear();
		return taken;
	}

	/**
	 * Waits for the next event and checks its name.
	 */
	SseRecorder.Event next(String name) {
		SseRecorder.Event event = next();
		assertThat(event.name()).as("the name of " + event).isEqualTo(name);
		return event;
	}

	List<String> nextNames(int count) {
		List<String> names = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			names.add(next().name());
		}
		return names;
	}

	static JsonNode json(SseRecorder.Event event) {
		return JsonMapper.shared().readTree(event.data());
	}

	/**
	 * What a browser sends when it reconnects after the events taken so far.
	 */
	String lastEventId() {
		return this.parser.lastEventId();
	}

	String retry() {
		return this.parser.retry();
	}

	/**
	 * Checks that all that came has been taken.
	 */
	void assertExhausted() {
		assertThat(this.events).as("events not taken").isEmpty();
		this.sink.assertExhausted();
	}

	/**
	 * Breaks the connection, as the network does.
	 */
	void drop() {
		this.sink.report(new IOException("Connection reset by peer"));
		awaitState(ConnectionState.CLOSED);
	}

	void awaitState(ConnectionState state) {
		TestHub.eventually("state of " + this.connection).until(() -> this.connection.getState() == state);
	}

}
