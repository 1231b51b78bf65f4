package io.github.ssehub.web;

import java.security.Principal;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ssehub.Topic;
import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.security.SubscribeAuthorizer;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
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
@RequestMapping("${sse.path:/api/sse}")
class ConnectionController {

	private final SseCluster cluster;

	private final SubscribeAuthorizer authorizer;

	private final String adminRole;

	ConnectionController(SseCluster cluster, SubscribeAuthorizer authorizer, String adminRole) {
		this.cluster = cluster;
		this.authorizer = authorizer;
		this.adminRole = adminRole;
	}

	@PostMapping("/disconnect/{clientId}")
	Map<String, Object> disconnect(@PathVariable String clientId, HttpServletRequest request) {
		if (!this.cluster.disconnect(requireOwner(clientId, request))) {
			throw unknown(clientId);
		}
		return Map.of("message", "disconnected");
	}

	@PutMapping("/connections/{clientId}/topics/{topic}")
	TopicsAnswer subscribe(@PathVariable String clientId, @PathVariable String topic, HttpServletRequest request) {
		SseCluster.Location location = requireOwner(clientId, request);
		if (!this.authorizer.maySubscribe(request.getUserPrincipal(), new Topic(topic))) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "You may not subscribe to '%s'".formatted(topic));
		}
		Set<String> topics = this.cluster.subscribe(location, topic).orElseThrow(() -> unknown(clientId));
		return new TopicsAnswer("subscribed", clientId, topics);
	}

	@DeleteMapping("/connections/{clientId}/topics/{topic}")
	TopicsAnswer unsubscribe(@PathVariable String clientId, @PathVariable String topic, HttpServletRequest request) {
		SseCluster.Location location = requireOwner(clientId, request);
		Set<String> topics = this.cluster.unsubscribe(location, topic).orElseThrow(() -> unknown(clientId));
		return new TopicsAnswer("unsubscribed", clientId, topics);
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

	/**
	 * The topics of a connection after a change.
	 */
	record TopicsAnswer(String message, @com.fasterxml.jackson.annotation.JsonProperty("client_id") String clientId,
			Set<String> topics) {
	}

}
