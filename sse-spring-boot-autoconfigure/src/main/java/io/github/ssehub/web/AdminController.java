package io.github.ssehub.web;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.Published;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What an administrator does: publish and look.
 */
@RestController
@RequestMapping("${sse.path:/api/sse}")
class AdminController {

	private final SsePublisher publisher;

	private final SseConnections connections;

	private final StatisticsView statistics;

	private final PublishRequestReader reader;

	AdminController(SsePublisher publisher, SseConnections connections, StatisticsView statistics,
			PublishRequestReader reader) {
		this.publisher = publisher;
		this.connections = connections;
		this.statistics = statistics;
		this.reader = reader;
	}

	@PostMapping(path = "/broadcast", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> broadcast(HttpServletRequest request) throws IOException {
		return publish("broadcast sent", Target.broadcast(), request);
	}

	@PostMapping(path = "/send/{clientId}", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> send(@PathVariable String clientId, HttpServletRequest request) throws IOException {
		if (this.connections.find(clientId).isEmpty()) {
			throw ConnectionController.unknown(clientId);
		}
		return publish("message sent", Target.connection(clientId), request);
	}

	@PostMapping(path = "/users/{userId}/send", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> sendToUser(@PathVariable String userId, HttpServletRequest request) throws IOException {
		return publish("message sent", Target.user(userId), request);
	}

	@PostMapping(path = "/topics/{topic}/send", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> sendToTopic(@PathVariable String topic, HttpServletRequest request) throws IOException {
		return publish("message sent", Target.topic(topic), request);
	}

	private Map<String, Object> publish(String message, Target target, HttpServletRequest request) throws IOException {
		Published published = this.publisher.publish(target, this.reader.read(request));
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("message", message);
		answer.put("position", published.position());
		answer.put("recipients", published.recipients());
		answer.put("duplicate", published.duplicate());
		return answer;
	}

	@GetMapping("/stats")
	Map<String, Object> stats() {
		return Map.of("statistics", this.statistics.read());
	}

	@GetMapping("/connections")
	Map<String, Object> connections(@RequestParam(defaultValue = "0") int page,
			@RequestParam(defaultValue = "50") int size, @RequestParam(required = false) @Nullable String user,
			@RequestParam(required = false) @Nullable String topic) {
		Paging paging = new Paging(page, size);
		List<SseConnection> matching = matching(user, topic);
		return paging.answer("connections", matching, ConnectionView::of);
	}

	private List<SseConnection> matching(@Nullable String user, @Nullable String topic) {
		if (user == null) {
			return (topic != null) ? this.connections.ofTopic(topic) : this.connections.list();
		}
		List<SseConnection> ofUser = this.connections.ofUser(user);
		return (topic != null) ? ofUser.stream().filter((one) -> one.getTopics().contains(topic)).toList() : ofUser;
	}

	@GetMapping("/users")
	Map<String, Object> users(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
		return new Paging(page, size).answer("users", List.copyOf(this.connections.users().entrySet()),
				(user) -> counted("user_id", user));
	}

	@GetMapping("/topics")
	Map<String, Object> topics(@RequestParam(defaultValue = "0") int page,
			@RequestParam(defaultValue = "50") int size) {
		return new Paging(page, size).answer("topics", List.copyOf(this.connections.topics().entrySet()),
				(topic) -> counted("topic", topic));
	}

	private static Map<String, Object> counted(String name, Map.Entry<String, Integer> entry) {
		Map<String, Object> counted = new LinkedHashMap<>();
		counted.put(name, entry.getKey());
		counted.put("connections", entry.getValue());
		return counted;
	}

}
