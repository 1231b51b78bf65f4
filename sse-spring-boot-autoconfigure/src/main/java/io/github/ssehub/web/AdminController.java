package io.github.ssehub.web;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import io.github.ssehub.cluster.SseCluster;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows an administrator what there is.
 */
@RestController
@RequestMapping(path = "${sse.path:/api/sse}", produces = MediaType.APPLICATION_JSON_VALUE)
class AdminController {

	private final SseCluster cluster;

	AdminController(SseCluster cluster) {
		this.cluster = cluster;
	}

	@GetMapping("/stats")
	void stats(HttpServletResponse response) throws IOException {
		JsonResponse.write(StatisticsView.of(this.cluster.nodeId(), this.cluster.statistics(), this.cluster.isCutOff()),
				response);
	}

	@GetMapping("/connections")
	void connections(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size,
			@RequestParam(required = false) @Nullable String user,
			@RequestParam(required = false) @Nullable String topic, HttpServletResponse response) throws IOException {
		Paging paging = new Paging(page, size);
		SseCluster.Answer<SseCluster.Part> answer = this.cluster.connections(user, topic, paging.offset(), size);
		List<Object> views = answer.value().connections().stream().<Object>map(ConnectionView::of).toList();
		JsonResponse.write(paging.answer("connections", views, answer.value().total(), answer.unreachableNodes()),
				response);
	}

	@GetMapping("/users")
	void users(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size,
			HttpServletResponse response) throws IOException {
		Paging paging = new Paging(page, size);
		SseCluster.Answer<SortedMap<String, Integer>> users = this.cluster.users();
		JsonResponse.write(paging.page("users", users.value().entrySet(), (user) -> counted("user_id", user),
				users.unreachableNodes()), response);
	}

	@GetMapping("/topics")
	void topics(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size,
			HttpServletResponse response) throws IOException {
		Paging paging = new Paging(page, size);
		SseCluster.Answer<SortedMap<String, Integer>> topics = this.cluster.topics();
		JsonResponse.write(paging.page("topics", topics.value().entrySet(), (topic) -> counted("topic", topic),
				topics.unreachableNodes()), response);
	}

	private static Map<String, Object> counted(String name, Map.Entry<String, Integer> entry) {
		Map<String, Object> counted = new LinkedHashMap<>();
		counted.put(name, entry.getKey());
		counted.put("connections", entry.getValue());
		return counted;
	}

}
