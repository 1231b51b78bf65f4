package io.github.ssehub.web;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import io.github.ssehub.Published;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.cluster.SseCluster;
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

	private final SseCluster cluster;

	private final PublishRequestReader reader;

	AdminController(SsePublisher publisher, SseCluster cluster, PublishRequestReader reader) {
		this.publisher = publisher;
		this.cluster = cluster;
		this.reader = reader;
	}

	@PostMapping(path = "/broadcast", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> broadcast(HttpServletRequest request) throws IOException {
		return publish("broadcast sent", Target.broadcast(), request);
	}

	@PostMapping(path = "/send/{clientId}", consumes = MediaType.APPLICATION_JSON_VALUE)
	Map<String, Object> send(@PathVariable String clientId, HttpServletRequest request) throws IOException {
		SseCluster.Location location = this.cluster.find(clientId)
			.orElseThrow(() -> ConnectionController.unknown(clientId));
		Published published = this.publisher.publish(Target.connection(clientId), this.reader.read(request));
		int elsewhere = (this.cluster.isHere(location) || published.duplicate()) ? 0 : 1;
		return answer("message sent", published, Math.max(elsewhere, published.recipients()));
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
		return answer(message, published, published.recipients());
	}

	private static Map<String, Object> answer(String message, Published published, int recipients) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("message", message);
		answer.put("position", published.position());
		answer.put("recipients", recipients);
		answer.put("duplicate", published.duplicate());
		return answer;
	}

	@GetMapping("/stats")
	Map<String, Object> stats() {
		return StatisticsView.of(this.cluster.nodeId(), this.cluster.statistics());
	}

	@GetMapping("/connections")
	Map<String, Object> connections(@RequestParam(defaultValue = "0") int page,
			@RequestParam(defaultValue = "50") int size, @RequestParam(required = false) @Nullable String user,
			@RequestParam(required = false) @Nullable String topic) {
		Paging paging = new Paging(page, size);
		SseCluster.Answer<SseCluster.Part> answer = this.cluster.connections(user, topic, paging.offset(), size);
		List<Object> views = answer.value().connections().stream().<Object>map(ConnectionView::of).toList();
		return paging.answer("connections", views, answer.value().total(), answer.unreachableNodes());
	}

	@GetMapping("/users")
	Map<String, Object> users(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
		Paging paging = new Paging(page, size);
		SseCluster.Answer<SortedMap<String, Integer>> users = this.cluster.users();
		return paging.page("users", users.value().entrySet(), (user) -> counted("user_id", user),
				users.unreachableNodes());
	}

	@GetMapping("/topics")
	Map<String, Object> topics(@RequestParam(defaultValue = "0") int page,
			@RequestParam(defaultValue = "50") int size) {
		Paging paging = new Paging(page, size);
		SseCluster.Answer<SortedMap<String, Integer>> topics = this.cluster.topics();
		return paging.page("topics", topics.value().entrySet(), (topic) -> counted("topic", topic),
				topics.unreachableNodes());
	}

	private static Map<String, Object> counted(String name, Map.Entry<String, Integer> entry) {
		Map<String, Object> counted = new LinkedHashMap<>();
		counted.put(name, entry.getKey());
		counted.put("connections", entry.getValue());
		return counted;
	}

}
