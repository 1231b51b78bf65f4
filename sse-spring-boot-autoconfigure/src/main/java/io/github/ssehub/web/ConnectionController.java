package io.github.ssehub.web;

import java.security.Principal;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.Topic;
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

	private final SseConnections connections;

	private final SubscribeAuthorizer authorizer;

	private final String adminRole;

	ConnectionController(SseConnections connections, SubscribeAuthorizer authorizer, String adminRole) {
		this.connections = connections;
		this.authorizer = authorizer;
		this.adminRole = adminRole;
	}

	@PostMapping("/disconnect/{clientId}")
	Map<String, Object> disconnect(@PathVariable String clientId, HttpServletRequest request) {
		requireOwner(clientId, request);
		if (!this.connections.disconnect(clientId)) {
			throw unknown(clientId);
		}
		return Map.of("message", "disconnected");
	}

	@PutMapping("/connections/{clientId}/topics/{topic}")
	TopicsAnswer subscribe(@PathVariable String clientId, @PathVariable String topic, HttpServletRequest request) {
		SseConnection connection = requireOwner(clientId, request);
		if (!this.authorizer.maySubscribe(request.getUserPrincipal(), new Topic(topic))) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "You may not subscribe to '%s'".formatted(topic));
		}
		if (!this.connections.subscribe(clientId, topic)) {
			throw unknown(clientId);
		}
		return new TopicsAnswer("subscribed", clientId, connection.getTopics());
	}

	@DeleteMapping("/connections/{clientId}/topics/{topic}")
	TopicsAnswer unsubscribe(@PathVariable String clientId, @PathVariable String topic, HttpServletRequest request) {
		SseConnection connection = requireOwner(clientId, request);
		if (!this.connections.unsubscribe(clientId, topic)) {
			throw unknown(clientId);
		}
		return new TopicsAnswer("unsubscribed", clientId, connection.getTopics());
	}

	private SseConnection requireOwner(String clientId, HttpServletRequest request) {
		SseConnection connection = this.connections.find(clientId).orElseThrow(() -> unknown(clientId));
		if (!Objects.equals(connection.getUser(), name(request.getUserPrincipal()))
				&& !request.isUserInRole(this.adminRole)) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "The connection is not yours");
		}
		return connection;
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
