package io.github.ssehub.benchmarks.server;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ssehub.CloseReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.internal.hub.SseHub;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The starter, as an application uses it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class StarterServer {

	public static void main(String[] args) throws IOException {
		ServerStarter.run(StarterServer.class, false, true, args);
	}

	@Bean
	Publications publications(SsePublisher publisher, StreamController controller, SseHub hub) {
		return new Publications() {

			@Override
			public void broadcast(String data) {
				publisher.broadcast(SseEvent.of("b", data));
			}

			@Override
			public void toTopic(String topic, String data) {
				publisher.toTopic(topic, SseEvent.of("b", data));
			}

			@Override
			public void toClient(int client, String data) {
				publisher.toConnection(controller.connectionOf(client), SseEvent.of("b", data));
			}

			@Override
			public Map<String, Long> describe() {
				Map<String, Long> description = new LinkedHashMap<>();
				description.put("open", (long) hub.connections().count());
				description.put("queued-bytes", hub.queuedBytes());
				for (CloseReason reason : CloseReason.values()) {
					description.put(reason.tag(), hub.statistics().disconnects(reason));
				}
				return description;
			}

		};
	}

	@RestController
	static class StreamController {

		private final SseConnections connections;

		private final Map<Integer, String> connectionIds = new ConcurrentHashMap<>();

		StreamController(SseConnections connections) {
			this.connections = connections;
		}

		@GetMapping("/stream")
		SseConnection stream(@RequestParam(defaultValue = "") List<String> topic, @RequestParam int client) {
			SseConnection connection = this.connections.open().topics(topic).build();
			this.connectionIds.put(client, connection.getId());
			return connection;
		}

		String connectionOf(int client) {
			String id = this.connectionIds.get(client);
			if (id == null) {
				throw new IllegalStateException("No client " + client);
			}
			return id;
		}

	}

}
