package io.github.ssehub.benchmarks.server;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * What most applications write by hand: a map of emitters and a loop that sends.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class EmitterServer {

	public static void main(String[] args) throws IOException {
		ServerStarter.run(EmitterServer.class, false, false, args);
	}

	@RestController
	static class Emitters implements Publications {

		private final Map<Integer, SseEmitter> all = new ConcurrentHashMap<>();

		private final Map<String, List<SseEmitter>> topics = new ConcurrentHashMap<>();

		private final AtomicLong ids = new AtomicLong();

		@GetMapping("/stream")
		SseEmitter stream(@RequestParam(defaultValue = "") String topic, @RequestParam int client) throws IOException {
			SseEmitter emitter = new SseEmitter(-1L);
			this.all.put(client, emitter);
			this.topics.computeIfAbsent(topic, (name) -> new CopyOnWriteArrayList<>()).add(emitter);
			Runnable remove = () -> {
				this.all.remove(client, emitter);
				this.topics.getOrDefault(topic, List.of()).remove(emitter);
			};
			emitter.onCompletion(remove);
			emitter.onError((cause) -> remove.run());
			emitter.send(SseEmitter.event().name("connected").data("{}"));
			return emitter;
		}

		@Override
		public void broadcast(String data) {
			send(this.all.values(), data);
		}

		@Override
		public void toTopic(String topic, String data) {
			send(this.topics.getOrDefault(topic, List.of()), data);
		}

		@Override
		public void toClient(int client, String data) {
			SseEmitter emitter = this.all.get(client);
			send((emitter != null) ? List.of(emitter) : List.of(), data);
		}

		private void send(Collection<SseEmitter> emitters, String data) {
			String id = Long.toString(this.ids.incrementAndGet());
			for (SseEmitter emitter : emitters) {
				try {
					emitter.send(SseEmitter.event().id(id).name("b").data(data));
				}
				catch (IOException | IllegalStateException ex) {
					emitter.completeWithError(ex);
				}
			}
		}

	}

}
