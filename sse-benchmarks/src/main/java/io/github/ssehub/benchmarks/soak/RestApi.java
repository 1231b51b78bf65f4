package io.github.ssehub.benchmarks.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import io.github.ssehub.Published;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The starter's REST API, as other programs use it.
 */
final class RestApi {

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final JsonMapper json = JsonMapper.shared();

	private final String base;

	RestApi(int port) {
		this.base = "http://127.0.0.1:" + port + "/api/sse";
	}

	/**
	 * Publishes.
	 * @return the answer, {@code null} if the connection it is for does not exist
	 */
	@Nullable Published publish(Draft draft, int number) {
		String name = draft.target().names().stream().findFirst().orElse("");
		String path = switch (draft.target().type()) {
			case BROADCAST -> "/broadcast";
			case USER -> "/users/" + name + "/send";
			case TOPIC -> "/topics/" + name + "/send";
			case CONNECTION -> "/send/" + name;
		};
		JsonNode answer = call("POST", path, "admin", BodyPublishers.ofString(draft.toJson(number)));
		if (answer == null) {
			return null;
		}
		JsonNode position = answer.get("position");
		return new Published(position.isNull() ? null : position.stringValue(), answer.get("recipients").intValue(),
				answer.get("duplicate").booleanValue());
	}

	/**
	 * Subscribes or unsubscribes.
	 * @return whether the connection exists
	 */
	boolean changeTopic(ClientStream stream, String topic, boolean subscribe) {
		return call(subscribe ? "PUT" : "DELETE", "/connections/" + stream.connectionId() + "/topics/" + topic,
				stream.user(), BodyPublishers.noBody()) != null;
	}

	boolean disconnect(ClientStream stream) {
		return call("POST", "/disconnect/" + stream.connectionId(), stream.user(), BodyPublishers.noBody()) != null;
	}

	JsonNode statistics() {
		JsonNode answer = call("GET", "/stats", "admin", BodyPublishers.noBody());
		if (answer == null) {
			throw new IllegalStateException("There are no statistics");
		}
		return answer.get("statistics");
	}

	private @Nullable JsonNode call(String method, String path, String user, BodyPublisher body) {
		HttpRequest request = HttpRequest.newBuilder(URI.create(this.base + path))
			.header("Content-Type", "application/json")
			.header(SoakApplication.USER_HEADER, user)
			.method(method, body)
			.build();
		try {
			HttpResponse<String> response = this.client.send(request, BodyHandlers.ofString());
			if (response.statusCode() == 404) {
				return null;
			}
			if (response.statusCode() != 200) {
				throw new IllegalStateException(
						"%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
			}
			return this.json.readTree(response.body());
		}
		catch (IOException ex) {
			throw new IllegalStateException(method + " " + path + " failed", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
