package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import io.github.ssehub.log.Position;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many clients that break off and come back while others publish as fast as they can.
 * Over all its connections each client gets every event that is for it once and in order.
 */
class HubHandOverTests {

	private static final int EVENTS = 1500;

	private static final int PUBLISHERS = 2;

	private static final int CLIENTS = 8;

	/** Whom the event at each offset was for. */
	private final ConcurrentSkipListMap<Long, Target> published = new ConcurrentSkipListMap<>();

	@ParameterizedTest
	@CsvSource({ "1,true,8192,0", "2,true,16,0", "3,true,16,0", "4,false,8192,0", "5,false,16,0", "6,true,64,0",
			"7,true,8192,5", "8,false,64,1" })
	void losesRepeatsAndReordersNothing(long seed, boolean readsFromMemory, int inboxCapacity, int batchMillis)
			throws Exception {
		ExecutorService threads = Executors.newCachedThreadPool();
		try (TestHub hub = TestHub.start((options) -> {
			options.log = new HeldEventLog(TestHub.memoryLog(2 * EVENTS), readsFromMemory);
			options.inboxCapacity = inboxCapacity;
			options.batchInterval = Duration.ofMillis(batchMillis);
			options.bufferEvents = 32;
			options.overflow = OverflowPolicy.DISCONNECT;
		})) {
			String start = hub.hub().log().head().toString();
			List<CompletableFuture<List<Long>>> clients = new ArrayList<>();
			for (int i = 0; i < CLIENTS; i++) {
				Visitor visitor = new Visitor(hub, i, start, new Random(seed * 100 + i));
				clients.add(CompletableFuture.supplyAsync(visitor::run, threads));
			}
			CompletableFuture<?>[] publishers = IntStream.range(0, PUBLISHERS)
				.mapToObj((i) -> CompletableFuture.runAsync(() -> publish(hub, i), threads))
				.toArray(CompletableFuture<?>[]::new);
			CompletableFuture.allOf(publishers).get(20, TimeUnit.SECONDS);
			hub.publisher().broadcast(SseEvent.of("last", "x"));
			for (int i = 0; i < CLIENTS; i++) {
				List<Long> offsets = clients.get(i).get(20, TimeUnit.SECONDS);
				assertSame(i, expected(i), offsets);
			}
			hub.assertLeavesNothingBehind();
		}
		finally {
			threads.shutdownNow();
		}
	}

	/** Tells the first difference and not thousands of offsets. */
	private static void assertSame(int client, List<Long> expected, List<Long> offsets) {
		for (int i = 0; i < Math.min(expected.size(), offsets.size()); i++) {
			int from = Math.max(0, i - 5);
			assertThat(offsets.get(i)).as(() -> "client " + client + " after " + expected.subList(from, from + 5))
				.isEqualTo(expected.get(i));
		}
		assertThat(offsets).as("client " + client).hasSameSizeAs(expected);
	}

	private void publish(TestHub hub, int publisher) {
		for (int i = publisher; i < EVENTS; i += PUBLISHERS) {
			Target target = switch (i % 7) {
				case 0 -> Target.topic("even");
				case 1 -> Target.user("user-1");
				case 2 -> Target.topics(List.of("even", "odd"));
				default -> Target.broadcast();
			};
			String position = hub.publisher().publish(target, SseEvent.of("event", i)).position();
			this.published.put(Position.parse(position).offset(), target);
		}
	}

	private List<Long> expected(int client) {
		return this.published.entrySet().stream().filter((entry) -> switch (entry.getValue().type()) {
			case BROADCAST -> true;
			case USER -> entry.getValue().names().contains("user-" + client);
			case TOPIC -> entry.getValue().names().contains(topic(client));
			case CONNECTION -> false;
		}).map((entry) -> entry.getKey()).toList();
	}

	private static String topic(int client) {
		return (client % 2 == 0) ? "even" : "odd";
	}

	/**
	 * A client that comes back until it has the last event.
	 */
	private static final class Visitor {

		private final TestHub hub;

		private final int number;

		private final Random random;

		private final List<Long> offsets = new ArrayList<>();

		private String lastEventId;

		private boolean finished;

		private Visitor(TestHub hub, int number, String start, Random random) {
			this.hub = hub;
			this.number = number;
			this.lastEventId = start;
			this.random = random;
		}

		private List<Long> run() {
			while (!this.finished) {
				visit();
			}
			return this.offsets;
		}

		private void visit() {
			FakeFrameSink sink = this.random.nextBoolean() ? FakeFrameSink.ready()
					: FakeFrameSink.readyFor(1 + this.random.nextInt(4));
			TestClient client = client(sink);
			int patience = 1 + this.random.nextInt(400);
			for (int i = 0; i < patience && !this.finished; i++) {
				sink.releaseFor(this.random.nextInt(8) == 0 ? 1 : Integer.MAX_VALUE);
				SseRecorder.Event event = client.poll();
				if (event == null) {
					break;
				}
				note(event);
			}
			sink.report(new IOException("gone"));
			client.takeParsed().forEach(this::note);
			this.lastEventId = client.lastEventId();
		}

		private TestClient client(FakeFrameSink sink) {
			return this.hub.client()
				.user("user-" + this.number)
				.topics(topic(this.number))
				.lastEventId(this.lastEventId)
				.sink(sink)
				.connect();
		}

		private void note(SseRecorder.Event event) {
			switch (event.name()) {
				case "connected" -> {
				}
				case "event" -> this.offsets.add(Position.parse(event.id()).offset());
				case "last" -> this.finished = true;
				default -> throw new AssertionError("Unexpected " + event);
			}
		}

	}

}
