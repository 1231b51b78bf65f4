package io.github.ssehub.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls the running application as one of its users, over HTTP Basic.
 */
final class SampleClient {

	private static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private static final JsonMapper JSON = JsonMapper.shared();

	private final int port;

	private final @Nullable String authorization;

	private SampleClient(int port, @Nullable String authorization) {
		this.port = port;
		this.authorization = authorization;
	}

	static SampleClient anonymous(int port) {
		return new SampleClient(port, null);
	}

	/**
	 * The users of the sample have their names for passwords.
	 */
	static SampleClient of(String user, int port) {
		String credentials = user + ":" + user;
		return new SampleClient(port,
				"Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
	}

	EventStream open(String path) {
		return new EventStream(send("GET", path, null, HttpResponse.BodyHandlers.ofInputStream()));
	}

	/**
	 * Opens a stream and waits until the application knows of it.
	 */
	EventStream connect(String path) {
		EventStream stream = open(path);
		stream.next("connected");
		return stream;
	}

	int status(String method, String path) {
		return send(method, path, null, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	int status(String method, String path, String body) {
		return send(method, path, body, HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	String text(String path) {
		HttpResponse<String> response = send("GET", path, null, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as("%s: %s", path, response.body()).isEqualTo(200);
		return response.body();
	}

	JsonNode get(String path) {
		return JSON.readTree(text(path));
	}

	JsonNode post(String path, @Nullable String body) {
		HttpResponse<String> response = send("POST", path, body, HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as("%s: %s", path, response.body()).isBetween(200, 299);
		return JSON.readTree(response.body());
	}

	private <T> HttpResponse<T> send(String method, String path, @Nullable String body,
			HttpResponse.BodyHandler<T> handler) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + path))
			.method(method,
					(body != null) ? HttpRequest.BodyPublishers.ofString(body) : HttpRequest.BodyPublishers.noBody());
		if (body != null) {
			request.header("Content-Type", "application/json");
		}
		if (this.authorization != null) {
			request.header("Authorization", this.authorization);
		}
		try {
			return HTTP.send(request.build(), handler);
		}
		catch (IOException ex) {
			throw new IllegalStateException("%s %s failed".formatted(method, path), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
