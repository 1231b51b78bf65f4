package io.github.ssehub.benchmarks.server;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * WebFlux on Netty, with a sink for everybody, for each topic and for each client.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class FluxServer {

	private static final int BUFFER = 4096;

	public static void main(String[] args) throws IOException {
		ServerStarter.run(FluxServer.class, true, false, args);
	}

	@RestController
	static class Streams implements Publications {

		private final Sinks.Many<ServerSentEvent<String>> all = sink();

		private final Map<String, Sinks.Many<ServerSentEvent<String>>> topics = new ConcurrentHashMap<>();

		private final Map<Integer, Sinks.Many<ServerSentEvent<String>>> clients = new ConcurrentHashMap<>();

		private final AtomicLong ids = new AtomicLong();

		private static Sinks.Many<ServerSentEvent<String>> sink() {
			return Sinks.many().multicast().onBackpressureBuffer(BUFFER, false);
		}

		@GetMapping("/stream")
		Flux<ServerSentEvent<String>> stream(@RequestParam(required = false) @Nullable String topic,
				@RequestParam int client, @RequestParam(defaultValue = "false") boolean direct) {
			Sinks.Many<ServerSentEvent<String>> sink = this.all;
			if (topic != null) {
				sink = this.topics.computeIfAbsent(topic, (name) -> sink());
			}
			else if (direct) {
				sink = this.clients.computeIfAbsent(client, (number) -> sink());
			}
			return Flux.just(ServerSentEvent.<String>builder().event("connected").data("{}").build())
				.concatWith(sink.asFlux());
		}

		@Override
		public void broadcast(String data) {
			emit(this.all, data);
		}

		@Override
		public void toTopic(String topic, String data) {
			emit(this.topics.computeIfAbsent(topic, (name) -> sink()), data);
		}

		@Override
		public void toClient(int client, String data) {
			emit(this.clients.computeIfAbsent(client, (number) -> sink()), data);
		}

		private void emit(Sinks.Many<ServerSentEvent<String>> sink, String data) {
			sink.emitNext(ServerSentEvent.<String>builder()
				.id(Long.toString(this.ids.incrementAndGet()))
				.event("b")
				.data(data)
				.build(), Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(60)));
		}

	}

}
