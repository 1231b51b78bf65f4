package io.github.ssehub.benchmarks.server;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

import ch.rasc.sse.eventbus.SseEvent;
import ch.rasc.sse.eventbus.SseEventBus;
import ch.rasc.sse.eventbus.config.EnableSseEventBus;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * The library {@code ch.rasc:sse-eventbus} with its defaults.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableSseEventBus
public class EventBusServer {

	public static void main(String[] args) throws IOException {
		ServerStarter.run(EventBusServer.class, false, false, args);
	}

	@RestController
	static class Streams implements Publications {

		private final SseEventBus bus;

		private final AtomicLong ids = new AtomicLong();

		Streams(SseEventBus bus) {
			this.bus = bus;
		}

		@GetMapping("/stream")
		SseEmitter stream(@RequestParam(defaultValue = "b") String topic, @RequestParam int client) throws IOException {
			SseEmitter emitter = this.bus.createSseEmitter(Integer.toString(client), -1L, topic);
			emitter.send(SseEmitter.event().name("connected").data("{}"));
			return emitter;
		}

		@Override
		public void broadcast(String data) {
			this.bus.handleEvent(SseEvent.builder().event("b").id(nextId()).data(data).build());
		}

		@Override
		public void toTopic(String topic, String data) {
			this.bus.handleEvent(SseEvent.builder().event(topic).id(nextId()).data(data).build());
		}

		@Override
		public void toClient(int client, String data) {
			this.bus.handleEvent(SseEvent.builder()
				.addClientId(Integer.toString(client))
				.event("b")
				.id(nextId())
				.data(data)
				.build());
		}

		private String nextId() {
			return Long.toString(this.ids.incrementAndGet());
		}

	}

}
