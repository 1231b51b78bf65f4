package io.github.ssehub.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A client that comes back when its stream ends, to whatever node is there, and notes
 * every numbered event and every {@code reset}.
 */
final class ResumingClient implements AutoCloseable {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static final String EVENT = "numbered";

	private final String authorization;

	private final IntSupplier port;

	private final List<Integer> numbers = new ArrayList<>();

	private final List<String> resets = new ArrayList<>();

	private final CompletableFuture<Void> connected = new CompletableFuture<>();

	private volatile boolean closed;

	private String lastEventId = "";

	private int connects;

	/**
	 * Connects.
	 * @param user who the client is
	 * @param port the node to connect to, asked each time
	 */
	ResumingClient(String user, IntSupplier port) {
		this.authorization = "Basic "
				+ Base64.getEncoder().encodeToString((user + ":" + user).getBytes(StandardCharsets.UTF_8));
		this.port = port;
		connect();
	}

	private void connect() {
		if (this.closed) {
			return;
		}
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:" + this.port.getAsInt() + "/api/sse/connect"))
			.header("Authorization", this.authorization);
		synchronized (this) {
			if (!this.lastEventId.isEmpty()) {
				request.header("Last-Event-ID", this.lastEventId);
			}
		}
		HTTP.sendAsync(request.build(), HttpResponse.BodyHandlers.fromLineSubscriber(new Lines()))
			.whenComplete((response, failure) -> CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
				.execute(this::connect));
	}

	void awaitConnected(Duration patience) throws Exception {
		this.connected.get(patience.toMillis(), TimeUnit.MILLISECONDS);
	}

	private synchronized void onEvent(@Nullable String id, String name, String data) {
		// WHATWG HTML, section 9.2.6: an event without an id leaves it as it was.
		if (id != null) {
			this.lastEventId = id;
		}
		switch (name) {
			case "connected" -> {
				this.connects++;
				this.connected.complete(null);
			}
			case "reset" -> this.resets.add(data);
			case EVENT -> this.numbers.add(Integer.valueOf(data));
			default -> {
			}
		}
	}

	synchronized List<Integer> numbers() {
		return List.copyOf(this.numbers);
	}

	synchronized int count() {
		return this.numbers.size();
	}

	synchronized List<String> resets() {
		return List.copyOf(this.resets);
	}

	synchronized int connects() {
		return this.connects;
	}

	static String numbered(int number) {
		return "{\"event\":\"%s\",\"data\":\"%d\",\"id\":\"number-%d\"}".formatted(EVENT, number, number);
	}

	@Override
	public void close() {
		this.closed = true;
	}

	/**
	 * The lines of one stream.
	 */
	private final class Lines implements Flow.Subscriber<String> {

		private @Nullable String id;

		private String name = "message";

		private String data = "";

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(String line) {
			if (line.startsWith("id: ")) {
				this.id = line.substring(4);
			}
			else if (line.startsWith("event: ")) {
				this.name = line.substring(7);
			}
			else if (line.startsWith("data: ")) {
				this.data = line.substring(6);
			}
			else if (line.isEmpty()) {
				onEvent(this.id, this.name, this.data);
				this.id = null;
				this.name = "message";
				this.data = "";
			}
		}

		@Override
		public void onError(Throwable failure) {
		}

		@Override
		public void onComplete() {
		}

	}

}
