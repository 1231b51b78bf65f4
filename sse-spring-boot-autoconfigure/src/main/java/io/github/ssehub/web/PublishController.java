package io.github.ssehub.web;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import io.github.ssehub.Published;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.cluster.SseCluster;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Publishes for an administrator. A path names the target where it can; a name with a
 * slash, for instance, cannot stand in a path, so every target may stand in the body.
 */
@RestController
@RequestMapping(path = "${sse.path:/api/sse}", produces = MediaType.APPLICATION_JSON_VALUE)
class PublishController {

	private final SsePublisher publisher;

	private final SseCluster cluster;

	private final PublishRequestReader reader;

	PublishController(SsePublisher publisher, SseCluster cluster, PublishRequestReader reader) {
		this.publisher = publisher;
		this.cluster = cluster;
		this.reader = reader;
	}

	@PostMapping(path = "/publish", consumes = MediaType.APPLICATION_JSON_VALUE)
	void publish(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SsePublication publication = this.reader.readWithTarget(request);
		publish(publication.target(), publication.event(), response);
	}

	@PostMapping(path = "/broadcast", consumes = MediaType.APPLICATION_JSON_VALUE)
	void broadcast(HttpServletRequest request, HttpServletResponse response) throws IOException {
		publish(Target.broadcast(), this.reader.read(request), response);
	}

	@PostMapping(path = "/send/{clientId}", consumes = MediaType.APPLICATION_JSON_VALUE)
	void send(@PathVariable String clientId, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		publish(Target.connection(clientId), this.reader.read(request), response);
	}

	@PostMapping(path = "/users/{userId}/send", consumes = MediaType.APPLICATION_JSON_VALUE)
	void sendToUser(@PathVariable String userId, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		publish(Target.user(userId), this.reader.read(request), response);
	}

	@PostMapping(path = "/topics/{topic}/send", consumes = MediaType.APPLICATION_JSON_VALUE)
	void sendToTopic(@PathVariable String topic, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		publish(Target.topic(topic), this.reader.read(request), response);
	}

	private void publish(Target target, SseEvent event, HttpServletResponse response) throws IOException {
		boolean elsewhere = target.type() == Target.Type.CONNECTION && !isHere(target.names().iterator().next());
		Published published = this.publisher.publish(target, event);
		int recipients = (elsewhere && !published.duplicate()) ? Math.max(1, published.recipients())
				: published.recipients();
		String message = (target.type() == Target.Type.BROADCAST) ? "broadcast sent" : "message sent";
		JsonResponse.write(answer(message, published, recipients), response);
	}

	private boolean isHere(String clientId) {
		return this.cluster
			.isHere(this.cluster.find(clientId).orElseThrow(() -> ConnectionController.unknown(clientId)));
	}

	private static Map<String, Object> answer(String message, Published published, int recipients) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("message", message);
		answer.put("position", published.position());
		answer.put("recipients", recipients);
		answer.put("duplicate", published.duplicate());
		return answer;
	}

}
