package io.github.ssehub.web;

import java.security.Principal;
import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.Topic;
import io.github.ssehub.security.SubscribeAuthorizer;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Opens a stream.
 */
@RestController
@RequestMapping("${sse.path:/api/sse}")
class ConnectController {

	private final SseConnections connections;

	private final SubscribeAuthorizer authorizer;

	ConnectController(SseConnections connections, SubscribeAuthorizer authorizer) {
		this.connections = connections;
		this.authorizer = authorizer;
	}

	@GetMapping(path = "/connect", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseConnection connect(HttpServletRequest request, @Nullable Principal principal) {
		ConnectParameters.refuseLookalikes(request);
		List<String> topics = list(request, "topics");
		SseConnections.Builder connection = this.connections.open().topics(topics).events(list(request, "events"));
		topics.forEach((topic) -> requireMaySubscribe(principal, topic));
		return connection.build();
	}

	private void requireMaySubscribe(@Nullable Principal principal, String topic) {
		if (!this.authorizer.maySubscribe(principal, new Topic(topic))) {
			throw new ProblemException(HttpStatus.FORBIDDEN, "You may not subscribe to '%s'".formatted(topic));
		}
	}

	/**
	 * The values of a parameter that may be repeated and may hold several, separated by
	 * commas.
	 */
	private static List<String> list(HttpServletRequest request, String parameter) {
		List<String> list = new ArrayList<>();
		String[] values = request.getParameterValues(parameter);
		if (values != null) {
			for (String value : values) {
				if (!value.isEmpty()) {
					list.addAll(List.of(value.split(",", -1)));
				}
			}
		}
		return list;
	}

}
