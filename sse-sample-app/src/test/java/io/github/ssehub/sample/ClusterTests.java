package io.github.ssehub.sample;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.StringRedisTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application on several nodes, each a process of its own, and one Redis.
 */
class ClusterTests {

	/** For a longer run: {@code -Dcluster.clients=1000 -Dcluster.events=10000}. */
	private static final int CLIENTS = Integer.getInteger("cluster.clients", 60);

	private static final int EVENTS = Integer.getInteger("cluster.events", 1200);

	private static final Duration PATIENCE = Duration.ofSeconds(90 + (long) CLIENTS * EVENTS / 20_000);

	private final List<AutoCloseable> resources = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (int i = this.resources.size() - 1; i >= 0; i--) {
			this.resources.get(i).close();
		}
	}

	/**
	 * Clients of a node that is killed go on at the other one, each with every event
	 * once.
	 */
	@Test
	void losesNothingWhenANodeIsKilled() throws Exception {
		RedisProcess redis = closing(RedisProcess.start());
		SampleNode survivor = closing(SampleNode.start(redis.port(), "--sse.log.history=" + (EVENTS + 100)));
		SampleNode victim = closing(SampleNode.start(redis.port(), "--sse.log.history=" + (EVENTS + 100)));
		List<SampleNode> alive = new ArrayList<>(List.of(survivor, victim));
		List<ResumingClient> clients = connect(CLIENTS, alive);
		SampleClient admin = survivor.client("admin");
		SampleClient otherAdmin = victim.client("admin");
		for (int number = 0; number < EVENTS; number++) {
			if (number == EVENTS / 3) {
				alive.remove(victim);
				victim.kill();
			}
			boolean fromTheOther = number < EVENTS / 3 && number % 2 == 0;
			assertThat((fromTheOther ? otherAdmin : admin).status("POST", "/api/sse/broadcast",
					ResumingClient.numbered(number)))
				.as("publishing event %d, %s", number, survivor)
				.isEqualTo(200);
		}
		awaitNumbers(clients, EVENTS);
		List<Integer> all = IntStream.range(0, EVENTS).boxed().toList();
		assertThat(clients).allSatisfy((client) -> {
			assertThat(client.numbers()).isEqualTo(all);
			assertThat(client.resets()).isEmpty();
		});
		assertThat(clients.stream().filter((client) -> client.connects() > 1)).hasSizeGreaterThanOrEqualTo(CLIENTS / 2);
	}

	@Test
	void tellsEveryClientOnceThatRedisLostTheLog() throws Exception {
		RedisProcess redis = closing(RedisProcess.start());
		List<SampleNode> nodes = List.of(closing(SampleNode.start(redis.port())),
				closing(SampleNode.start(redis.port())));
		List<ResumingClient> clients = connect(10, nodes);
		SampleClient admin = nodes.get(0).client("admin");
		admin.post("/api/sse/broadcast", ResumingClient.numbered(0));
		awaitNumbers(clients, 1);
		redis.kill();
		eventually("the health to tell of it").until(() -> admin.status("GET", "/actuator/health") == 503);
		assertThat(admin.status("POST", "/api/sse/broadcast", ResumingClient.numbered(-1))).isEqualTo(503);
		assertThat(clients).allSatisfy((client) -> assertThat(client.connects()).isOne());
		redis.restart();
		eventually("a reset at every client").until(() -> clients.stream().allMatch((one) -> !one.resets().isEmpty()));
		eventually("the health to be up").until(() -> admin.status("GET", "/actuator/health") == 200);
		for (int number = 1; number < 20; number++) {
			nodes.get(number % 2).client("admin").post("/api/sse/broadcast", ResumingClient.numbered(number));
		}
		awaitNumbers(clients, 20);
		List<Integer> all = IntStream.range(0, 20).boxed().toList();
		assertThat(clients).allSatisfy((client) -> {
			assertThat(client.numbers()).isEqualTo(all);
			assertThat(client.resets()).singleElement().asString().contains("\"reason\":\"epoch\"");
			assertThat(client.connects()).isOne();
		});
	}

	@Test
	void losesNothingWhenRedisIsPausedOrRestartedWithItsLog() throws Exception {
		RedisProcess redis = closing(RedisProcess.startPersistent());
		List<SampleNode> nodes = List.of(closing(SampleNode.start(redis.port(), "--sse.log.redis.timeout=500ms")),
				closing(SampleNode.start(redis.port(), "--sse.log.redis.timeout=500ms")));
		List<ResumingClient> clients = connect(10, nodes);
		SampleClient admin = nodes.get(0).client("admin");
		AtomicInteger number = new AtomicInteger();
		IntSupplier publish = () -> admin.status("POST", "/api/sse/broadcast", ResumingClient.numbered(number.get()));
		assertThat(publish.getAsInt()).isEqualTo(200);
		number.incrementAndGet();
		redis.pause();
		assertThat(publish.getAsInt()).isEqualTo(503);
		redis.resume();
		// The id makes it safe to try again what may have happened.
		eventually("publishing after the pause").until(() -> publish.getAsInt() == 200);
		number.incrementAndGet();
		redis.kill();
		assertThat(publish.getAsInt()).isEqualTo(503);
		redis.restart();
		eventually("publishing after the restart").until(() -> publish.getAsInt() == 200);
		awaitNumbers(clients, 3);
		assertThat(clients).allSatisfy((client) -> {
			assertThat(client.numbers()).containsExactly(0, 1, 2);
			assertThat(client.resets()).isEmpty();
			assertThat(client.connects()).isOne();
		});
	}

	/**
	 * What is asked or published anywhere concerns the clients of both nodes.
	 */
	@Test
	void answersAndPublishesForBothNodes() {
		RedisProcess redis = closing(RedisProcess.start());
		String channels = "--sse.source.redis.channels=notifications";
		SampleNode here = closing(SampleNode.start(redis.port(), channels));
		SampleNode there = closing(SampleNode.start(redis.port(), channels));
		SampleClient admin = here.client("admin");
		try (EventStream first = here.client("1").connect("/api/sse/connect");
				EventStream second = there.client("1").connect("/api/sse/connect?topics=news")) {
			eventually("both nodes").until(() -> admin.get("/api/sse/stats").get("nodes").size() == 2);
			JsonNode stats = admin.get("/api/sse/stats");
			assertThat(stats.get("statistics").get("active_connections").asInt()).isEqualTo(2);
			assertThat(stats.get("statistics").get("total_users").asInt()).isOne();
			assertThat(admin.get("/api/sse/users").get("users").get(0).get("connections").asInt()).isEqualTo(2);
			assertThat(admin.get("/api/sse/topics").get("topics").get(0).get("topic").asString()).isEqualTo("news");
			for (String message : List.of("rubbish", "{\"user_id\":1,\"message\":\"hi\"}", "{\"user_id\":[]}")) {
				publish(redis, "notifications", message);
			}
			assertThat(first.next("message").json().get("message").asString()).isEqualTo("hi");
			assertThat(second.next("message").json().get("message").asString()).isEqualTo("hi");
			admin.post("/api/sse/send/" + second.clientId(), "{\"event\":\"direct\",\"data\":\"x\"}");
			second.next("direct");
			admin.post("/api/sse/broadcast", "{\"event\":\"end\",\"data\":\"x\"}");
			first.next("end");
			second.next("end");
			admin.post("/api/sse/disconnect/" + second.clientId(), null);
			second.next("close");
			// Not before the node can be sure that it knows all others.
			eventually("that it is known to be gone")
				.until(() -> admin.status("POST", "/api/sse/disconnect/" + second.clientId()) == 404);
		}
	}

	private static void publish(RedisProcess redis, String channel, String message) {
		LettuceConnectionFactory factory = redis.connectionFactory();
		try {
			new StringRedisTemplate(factory).convertAndSend(channel, message);
		}
		finally {
			factory.destroy();
		}
	}

	private List<ResumingClient> connect(int count, List<SampleNode> nodes) throws Exception {
		List<ResumingClient> clients = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int first = i;
			AtomicInteger attempt = new AtomicInteger();
			clients.add(closing(new ResumingClient("alice",
					() -> nodes.get((first + attempt.getAndIncrement()) % nodes.size()).port())));
		}
		for (ResumingClient client : clients) {
			client.awaitConnected(PATIENCE);
		}
		return clients;
	}

	private static void awaitNumbers(List<ResumingClient> clients, int count) {
		eventually("%d events at every client".formatted(count))
			.until(() -> clients.stream().allMatch((client) -> client.count() >= count));
	}

	private static ConditionFactory eventually(String what) {
		return Awaitility.await(what).atMost(PATIENCE);
	}

	private <T extends AutoCloseable> T closing(T resource) {
		this.resources.add(resource);
		return resource;
	}

}
