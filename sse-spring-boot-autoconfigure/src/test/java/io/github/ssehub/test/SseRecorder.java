package io.github.ssehub.test;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A client that opens an event stream and records what it gets, parsed as WHATWG HTML,
 * section 9.2.6 says.
 */
public final class SseRecorder implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(15);

	private static final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final HttpResponse<InputStream> response;

	private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

	private final BlockingQueue<String> comments = new LinkedBlockingQueue<>();

	private final CompletableFuture<Ending> ending = new CompletableFuture<>();

	private volatile String retry = "";

	private String lastEventId = "";

	private SseRecorder(HttpResponse<InputStream> response) {
		this.response = response;
		Thread reader = new Thread(this::read, "sse-recorder");
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Opens a stream. Returns when the headers are there.
	 * @param uri the address
	 * @param headers names and values in turn
	 * @return the recorder
	 */
	public static SseRecorder open(URI uri, String... headers) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(PATIENCE);
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return new SseRecorder(client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
		}
		catch (IOException ex) {
			throw new IllegalStateException("No stream at " + uri, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The value of an {@code Authorization} header.
	 * @param user the user
	 * @param password the password
	 * @return the value
	 */
	public static String basic(String user, String password) {
		return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
	}

	private void read() {
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(this.response.body(), StandardCharsets.UTF_8))) {
			List<String> block = new ArrayList<>();
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				if (line.isEmpty()) {
					dispatch(block);
					block.clear();
				}
				else {
					block.add(line);
				}
			}
			this.ending.complete(Ending.CLEAN);
		}
		catch (IOException ex) {
			this.ending.complete(Ending.BROKEN);
		}
	}

	private void dispatch(List<String> lines) {
		String name = "";
		List<String> data = new ArrayList<>();
		for (String line : lines) {
			int colon = line.indexOf(':');
			String field = (colon < 0) ? line : line.substring(0, colon);
			String value = (colon < 0) ? "" : line.substring(colon + 1);
			value = value.startsWith(" ") ? value.substring(1) : value;
			switch (field) {
				case "" -> this.comments.add(value);
				case "id" -> this.lastEventId = value;
				case "event" -> name = value;
				case "data" -> data.add(value);
				case "retry" -> this.retry = value;
				default -> {
				}
			}
		}
		if (!data.isEmpty()) {
			this.events.add(new Event(this.lastEventId, name.isEmpty() ? "message" : name, String.join("\n", data)));
		}
	}

	/**
	 * The HTTP status.
	 * @return the status
	 */
	public int status() {
		return this.response.statusCode();
	}

	/**
	 * A response header.
	 * @param name its name
	 * @return its value, or an empty string
	 */
	public String header(String name) {
		return this.response.headers().firstValue(name).orElse("");
	}

	/**
	 * The id of the connection.
	 * @return the id
	 */
	public String clientId() {
		return header("X-Client-ID");
	}

	/**
	 * The reconnection time the server has told.
	 * @return the milliseconds as they were written
	 */
	public String retry() {
		return this.retry;
	}

	/**
	 * Waits for the next event.
	 * @return the event
	 * @throws AssertionError if none comes
	 */
	public Event next() {
		Event event = poll(this.events);
		if (event == null) {
			throw new AssertionError("No event came within " + PATIENCE + "; the stream: " + this.ending);
		}
		return event;
	}

	/**
	 * Waits for the next event and checks its name.
	 * @param name the name
	 * @return the event
	 */
	public Event next(String name) {
		Event event = next();
		if (!event.name().equals(name)) {
			throw new AssertionError("Expected an event named '" + name + "' but got " + event);
		}
		return event;
	}

	/**
	 * Waits for the next comment.
	 * @return the comment
	 */
	public String nextComment() {
		String comment = poll(this.comments);
		if (comment == null) {
			throw new AssertionError("No comment came within " + PATIENCE);
		}
		return comment;
	}

	/**
	 * Checks that all events that came have been taken.
	 */
	public void assertExhausted() {
		if (!this.events.isEmpty()) {
			throw new AssertionError("Unexpected events: " + this.events);
		}
	}

	/**
	 * Waits for the end of the stream.
	 * @return how it ended
	 */
	public Ending awaitEnd() {
		try {
			return this.ending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (Exception ex) {
			throw new AssertionError("The stream did not end within " + PATIENCE, ex);
		}
	}

	private static <T> T poll(BlockingQueue<T> queue) {
		try {
			return queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Closes the client's end.
	 */
	@Override
	public void close() {
		try {
			this.response.body().close();
		}
		catch (IOException ex) {
			// The stream is over either way.
		}
	}

	/**
	 * How a stream ended.
	 */
	public enum Ending {

		/**
		 * With the end of the chunked body.
		 */
		CLEAN,

		/**
		 * In any other way.
		 */
		BROKEN

	}

	/**
	 * An event as a browser would dispatch it.
	 *
	 * @param id the last event id
	 * @param name the event name
	 * @param data the data
	 */
	public record Event(String id, String name, String data) {
	}

}
