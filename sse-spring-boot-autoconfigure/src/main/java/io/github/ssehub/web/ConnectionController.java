package io.github.ssehub.web;

import java.io.IOException;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ssehub.Topic;
import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.security.SubscribeAuthorizer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the owner of a connection, or an administrator, may do with it. A connection that
 * nobody signed in for belongs to whoever knows its id, which is random.
 */
@RestController
@RequestMapping(path = "${sse.path:/api/sse}", produces = MediaType.APPLICATION_JSON_VALUE)
class ConnectionController {

	private final SseCluster cluster;

	private final SubscribeAuthorizer authorizer;

	private final String adminRole;

	private final int maxTopics;

	ConnectionController(SseCluster cluster, SubscribeAuthorizer authorizer, String adminRole, int maxTopics) {
		this.cluster = cluster;
		this.authorizer = authorizer;
		this.adminRole = adminRole;
		this.maxTopics = maxTopics;
	}

	@PostMapping("/disconnect/{clientId}")
	void disconnect(@PathVariable String clientId, HttpServletRequest request, HttpServletResponse response)
			throws IOException {
		if (!this.cluster.disconnect(requireOwner(clientId, request))) {
			throw unknown(clientId);
		}
		JsonResponse.write(Map.of("message", "disconnected"), response);
	}

	@PutMapping("/connections/{clientId}/topics/{topic}")
	void subscribe(@PathVariable String clientId, @PathVariable String topic, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		Set<String> topics = change(new SubscriptionRequest(clientId, Set.of(new Topic(topic)), Set.of()), request);
		JsonResponse.write(answer("subscribed", clientId, topics), response);
	}

	@DeleteMapping("/connections/{clientId}/topics/{topic}")
	void unsubscribe(@PathVariable String clientId, @PathVariable String topic, HttpServletRequest request,
			HttpServletResponse response) throws IOException {
		Set<String> topics = change(new SubscriptionRequest(clientId, Set.of(), Set.of(new Topic(topic))), request);
		JsonResponse.write(answer("unsubscribed", clientId, topics), response);
	}

	@PostMapping(path = "/subscriptions", consumes = MediaType.APPLICATION_JSON_VALUE)
	void changeSubscriptions(HttpServletRequest request, HttpServletResponse response) throws IOException {
		SubscriptionRequest change = SubscriptionRequest.read(request, this.maxTopics);
		Set<String> topics = change(change, request);
		JsonResponse.write(answer("subscriptions changed", change.connection(), topics), response);
	}

	/**
	 * Changes all the topics or none: whatever can be wrong is looked at before.
	 * @return the topics of the connection after the change
	 */
	private Set<String> change(SubscriptionRequest change, HttpServletRequest request) {
		SseCluster.Location location = requireOwner(change.connection(), request);
		for (Topic topic : change.subscribe()) {
			if (!this.authorizer.maySubscribe(request.getUserPrincipal(), topic)) {
				throw new ProblemException(HttpStatus.FORBIDDEN, "You may not subscribe to '%s'".formatted(topic));
			}
		}
		return this.cluster.changeTopics(location, names(change.subscribe()), names(change.unsubscribe()))
			.orElseThrow(() -> unknown(change.connection()));
	}

	private static List<String> names(Set<Topic> topics) {
		return topics.stream().map(Topic::name).toList();
	}

	private static Map<String, Object> answer(String message, String clientId, Set<String> topics) {
		Map<String, Object> answer = new LinkedHashMap<>();
		answer.put("message", message);
		answer.put("client_id", clientId);
		answer.put("topics", topics);
		return answer;
	}

	private SseCluster.Location requireOwner(String clientId, HttpServletRequest request) {
		SseCluster.Location location = this.cluster.find(clientId).orElseThrow(() -> unknown(clientId));
		if (!Objects.equals(location.user(), name(request.getUserPrincipal()))
				&& !request.isUserInRole(this.adminRole)) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "The connection is not yours");
		}
		return location;
	}

	private static @Nullable String name(@Nullable Principal principal) {
		return (principal != null) ? principal.getName() : null;
	}

	static ProblemException unknown(String clientId) {
		return new ProblemException(HttpStatus.NOT_FOUND, "There is no connection '%s'".formatted(clientId));
	}

}
