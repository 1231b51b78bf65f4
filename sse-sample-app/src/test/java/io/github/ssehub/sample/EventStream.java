package io.github.ssehub.sample;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An open event stream, read by a thread of its own.
 */
final class EventStream implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private final HttpResponse<InputStream> response;

	private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

	EventStream(HttpResponse<InputStream> response) {
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
		this.response = response;
		Thread reader = new Thread(this::read, "event-stream");
		reader.setDaemon(true);
		reader.start();
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.response.body(), StandardCharsets.UTF_8))) {
			Event event = Event.EMPTY;
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (!line.isEmpty()) {
					event = event.with(line);
					continue;
				}
				if (!event.data().isEmpty()) {
					this.events.add(event);
				}
				event = Event.EMPTY;
			}
		}
		catch (IOException ex) {
			// The test closed the stream; an event it still waits for is missed there.
		}
	}

	String clientId() {
		return this.response.headers().firstValue("X-Client-ID").orElseThrow();
	}

	/**
	 * Waits for the next event, which must have this name.
	 */
	Event next(String name) {
		try {
			Event event = this.events.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
			assertThat(event).as("An event named '%s'", name).isNotNull();
			assertThat(event.name()).as("The name of %s", event).isEqualTo(name);
			return event;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.response.body().close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An event.
	 */
	record Event(String id, String name, String data) {

		private static final Event EMPTY = new Event("", "message", "");

		private static final JsonMapper JSON = JsonMapper.shared();

		private Event with(String line) {
			String value = line.substring(line.indexOf(':') + 1).stripLeading();
			return switch (line.substring(0, line.indexOf(':'))) {
				case "id" -> new Event(value, this.name, this.data);
				case "event" -> new Event(this.id, value, this.data);
				case "data" -> new Event(this.id, this.name, this.data + value);
				default -> this;
			};
		}

		JsonNode json() {
			return JSON.readTree(this.data);
		}

	}

}
