package io.github.ssehub.source.redis;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.source.SourceOutcome;
import io.github.ssehub.source.SseSources;
import io.github.ssehub.test.RedisProcess;
import io.github.ssehub.test.SseRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Messages from a real Redis reach the clients of real applications.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisSourceTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String PROBE = "{\"user_id\":\"probe\",\"message\":\"x\"}";

	private final List<ConfigurableApplicationContext> nodes = new ArrayList<>();

	private final List<SseRecorder> streams = new ArrayList<>();

	private RedisProcess redis;

	private LettuceConnectionFactory connectionFactory;

	private StringRedisTemplate template;

	@BeforeEach
	void startRedis() {
		this.redis = RedisProcess.startPersistent();
		this.connectionFactory = this.redis.connectionFactory();
		this.template = new StringRedisTemplate(this.connectionFactory);
	}

	@AfterEach
	void stop() {
		this.streams.forEach(SseRecorder::close);
		this.nodes.forEach(ConfigurableApplicationContext::close);
		this.connectionFactory.destroy();
		this.redis.close();
	}

	@Test
	void bringsANotificationToItsUserOnce() {
		ConfigurableApplicationContext node = startWorking();
		SseRecorder one = connect(node, "1");
		SseRecorder two = connect(node, "2");
		String message = "{\"user_id\":1,\"message\":\"你好\",\"created_at\":\"2024-01-01T12:00:00Z\"}";
		publish(message);
		publish(message);
		publish("{\"user_id\":\"2\",\"message\":\"for two\"}");
		publish("{\"target\":\"broadcast\",\"event\":\"end\",\"data\":\"x\"}");
		assertThat(one.next("message").data()).isEqualTo(message);
		assertThat(one.next("message").data()).isEqualTo(message);
		one.next("end");
		assertThat(two.next("message").data()).isEqualTo("{\"user_id\":\"2\",\"message\":\"for two\"}");
		two.next("end");
		assertExhausted();
		awaitPublished(4, node);
	}

	@Test
	void publishesEventsToEveryKindOfTarget() {
		ConfigurableApplicationContext node = startWorking();
		SseRecorder one = connect(node, "1", "?topics=news");
		publish("{\"target\":\"topic\",\"topics\":[\"news\",\"sports\"],\"event\":\"headline\",\"data\":{\"n\":1}}");
		publish("{\"target\":\"topic\",\"topic\":\"sports\",\"event\":\"headline\",\"data\":2}");
		publish("{\"target\":\"user\",\"user\":\"1\",\"event\":\"hello\",\"data\":\"as it is\",\"id\":\"same\"}");
		publish("{\"target\":\"user\",\"user\":\"1\",\"event\":\"hello\",\"data\":\"again\",\"id\":\"same\"}");
		publish("{\"target\":\"connection\",\"connection\":\"%s\",\"event\":\"you\",\"data\":3}"
			.formatted(one.clientId()));
		assertThat(one.next("headline").data()).isEqualTo("{\"n\":1}");
		assertThat(one.next("hello").data()).isEqualTo("as it is");
		assertThat(one.next("you").data()).isEqualTo("3");
		assertExhausted();
		assertThat(count(node, SourceOutcome.DUPLICATE)).isOne();
	}

	@Test
	void isNotHarmedByRubbish(CapturedOutput output) {
		ConfigurableApplicationContext node = startWorking();
		SseRecorder one = connect(node, "1");
		List<String> rubbish = List.of("RUBBISH", "", "{\"user_id\":{},\"message\":\"RUBBISH\"}",
				"{\"target\":\"RUBBISH\",\"data\":1}", "RUBBISH".repeat(100_000));
		for (int i = 0; i < 20; i++) {
			rubbish.forEach(this::publish);
		}
		publish("{\"user_id\":1,\"message\":\"good\"}");
		assertThat(one.next("message").data()).contains("good");
		assertExhausted();
		assertThat(count(node, SourceOutcome.INVALID)).isEqualTo(100);
		awaitPublished(1, node);
		assertThat(output).doesNotContain("RUBBISH")
			.containsOnlyOnce("The source 'redis' got a message from 'notifications' that cannot be published");
		assertThat(health(node).getStatus()).isEqualTo(Status.UP);
		assertThat(node.getBean(MeterRegistry.class)
			.get("sse.source.messages")
			.tag("outcome", "invalid")
			.functionCounter()).satisfies((counter) -> assertThat(counter.count()).isEqualTo(100));
		assertThat(node.getBean(PrometheusMeterRegistry.class).scrape())
			.contains("sse_source_messages_total{outcome=\"published\",source=\"redis\"} 1.0");
	}

	@Test
	void bringsAMessageOnceToTheClientsOfEachNode() {
		ConfigurableApplicationContext first = startWorking("sse.log.type=redis");
		ConfigurableApplicationContext second = startWorking("sse.log.type=redis");
		List<SseRecorder> clients = List.of(connect(first, "1"), connect(second, "1"), connect(second, "1"));
		for (int i = 0; i < 50; i++) {
			publish("{\"user_id\":1,\"message\":\"" + i + "\"}");
		}
		publish("{\"target\":\"broadcast\",\"event\":\"end\",\"data\":\"x\"}");
		for (SseRecorder client : clients) {
			IntStream.range(0, 50)
				.forEach((i) -> assertThat(client.next("message").data())
					.isEqualTo("{\"user_id\":1,\"message\":\"" + i + "\"}"));
			client.next("end");
		}
		assertExhausted();
		awaitPublished(51, first, second);
		assertThat(this.template.hasKey("{sse:log}:source:redis")).isTrue();
	}

	@Test
	void letsEachNodeForwardToItsOwnClientsWhenTheyShareNoLog() {
		ConfigurableApplicationContext first = startWorking();
		ConfigurableApplicationContext second = startWorking();
		List<SseRecorder> clients = List.of(connect(first, "1"), connect(second, "1"));
		publish("{\"user_id\":1,\"message\":\"x\"}");
		publish("{\"target\":\"broadcast\",\"event\":\"end\",\"data\":\"x\"}");
		for (SseRecorder client : clients) {
			client.next("message");
			client.next("end");
		}
		assertExhausted();
		assertThat(this.template.hasKey("{sse:log}:source:redis")).isFalse();
	}

	/**
	 * Even when more comes than can be published, what the first node has taken does not
	 * mix with what the second one forwards.
	 */
	@Test
	void letsAnotherNodeForwardWhenTheOneThatDidIsClosed() throws Exception {
		ConfigurableApplicationContext first = startWorking("sse.log.type=redis");
		ConfigurableApplicationContext second = startWorking("sse.log.type=redis");
		SseRecorder client = connect(second, "1");
		awaitForwarding(first);
		AtomicInteger published = new AtomicInteger();
		AtomicBoolean ended = new AtomicBoolean();
		Thread publisher = new Thread(() -> {
			while (!ended.get()) {
				publish("{\"target\":\"user\",\"user\":\"1\",\"data\":" + published.incrementAndGet() + "}");
			}
		});
		publisher.start();
		Awaitility.await().atMost(PATIENCE).until(() -> published.get() > 100);
		first.close();
		awaitForwarding(second);
		ended.set(true);
		publisher.join();
		publish("{\"target\":\"user\",\"user\":\"1\",\"event\":\"end\",\"data\":\"x\"}");
		List<Integer> delivered = new ArrayList<>();
		for (SseRecorder.Event event = client.next(); event.name().equals("message"); event = client.next()) {
			delivered.add(Integer.valueOf(event.data()));
		}
		assertThat(delivered).doesNotHaveDuplicates().isSorted();
		assertExhausted();
	}

	@Test
	void bringsNothingTwiceAfterRedisStoodStillForLongerThanTheLease() throws Exception {
		ConfigurableApplicationContext first = startWorking("sse.log.type=redis");
		ConfigurableApplicationContext second = startWorking("sse.log.type=redis");
		List<SseRecorder> clients = List.of(connect(first, "1"), connect(second, "1"));
		this.redis.pause();
		try {
			awaitStatus(first, Status.DOWN);
			awaitStatus(second, Status.DOWN);
		}
		finally {
			this.redis.resume();
		}
		for (int i = 0; i < 500; i++) {
			publish("{\"target\":\"user\",\"user\":\"1\",\"data\":" + i + "}");
		}
		awaitWorking(first);
		awaitWorking(second);
		List<CompletableFuture<List<Integer>>> beforeMark = clients.stream()
			.map((client) -> CompletableFuture.supplyAsync(() -> messagesUntil("mark", client)))
			.toList();
		// More than one: the lease may change hands, and nobody forwards meanwhile.
		Awaitility.await().atMost(PATIENCE).until(() -> {
			publish("{\"target\":\"broadcast\",\"event\":\"mark\",\"data\":\"x\"}");
			return beforeMark.stream().allMatch(CompletableFuture::isDone);
		});
		first.getBean(SsePublisher.class).broadcast(SseEvent.of("end", "x"));
		for (int i = 0; i < clients.size(); i++) {
			List<Integer> delivered = new ArrayList<>(beforeMark.get(i).join());
			delivered.addAll(messagesUntil("end", clients.get(i)));
			assertThat(delivered).doesNotHaveDuplicates().isSorted();
		}
	}

	private static List<Integer> messagesUntil(String name, SseRecorder client) {
		List<Integer> messages = new ArrayList<>();
		for (SseRecorder.Event event = client.next(); !event.name().equals(name); event = client.next()) {
			if (event.name().equals("message")) {
				messages.add(Integer.valueOf(event.data()));
			}
		}
		return messages;
	}

	@Test
	void waitsForTheTimeOfANodeThatWasKilled() {
		this.template.opsForValue().set("{sse:log}:source:redis", "killed", Duration.ofHours(1));
		ConfigurableApplicationContext node = startWorking("sse.log.type=redis");
		publish(PROBE);
		assertThat(this.template.opsForValue().get("{sse:log}:source:redis")).isEqualTo("killed");
		this.template.expire("{sse:log}:source:redis", Duration.ofMillis(1));
		awaitForwarding(node);
		assertThat(this.template.opsForValue().get("{sse:log}:source:redis")).isNotEqualTo("killed");
	}

	@Test
	void goesOnWhenRedisWasKilledAndStartedAgain(CapturedOutput output) {
		ConfigurableApplicationContext first = startWorking("sse.log.type=redis");
		ConfigurableApplicationContext second = startWorking("sse.log.type=redis");
		List<SseRecorder> clients = List.of(connect(first, "1"), connect(second, "1"));
		publish("{\"user_id\":1,\"message\":\"before\"}");
		clients.forEach((client) -> assertThat(client.next("message").data()).contains("before"));
		this.redis.kill();
		awaitStatus(first, Status.DOWN);
		awaitStatus(second, Status.DOWN);
		this.redis.restart();
		awaitWorking(first);
		awaitWorking(second);
		awaitMoreForwarded(first, second);
		publish("{\"user_id\":1,\"message\":\"after\"}");
		publish("{\"target\":\"broadcast\",\"event\":\"end\",\"data\":\"x\"}");
		for (SseRecorder client : clients) {
			assertThat(client.next("message").data()).contains("after");
			client.next("end");
		}
		assertExhausted();
		assertThat(output).contains("are received again after");
	}

	@Test
	void comesUpWhenRedisDoes() {
		this.redis.kill();
		ConfigurableApplicationContext node = start();
		SseRecorder client = connect(node, "1");
		awaitStatus(node, Status.DOWN);
		assertThat(health(node).getDetails()).hasEntrySatisfying("sources",
				(sources) -> assertThat(((Map<?, ?>) ((Map<?, ?>) sources).get("redis")).get("status"))
					.isEqualTo("DOWN"));
		this.redis.restart();
		awaitStatus(node, Status.UP);
		assertThat(health(node).getDetails()).containsEntry("sources", Map.of("redis", Map.of("status", "UP")));
		publish("{\"user_id\":1,\"message\":\"x\"}");
		client.next("message");
		assertExhausted();
	}

	@Test
	void saysOnceThatItMayNotSubscribeUntilItMay(CapturedOutput output) {
		command("ACL", "SETUSER", "sse", "on", ">secret", "~*", "+@all", "resetchannels");
		ConfigurableApplicationContext node = start("spring.data.redis.username=sse",
				"spring.data.redis.password=secret");
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> String.valueOf(node.getBean(SseSources.class).failure("redis")).contains("NOPERM"));
		long attempts = connectionsReceived();
		Awaitility.await().atMost(PATIENCE).until(() -> connectionsReceived() > attempts + 6);
		assertThat(this.template
			.execute((RedisCallback<Integer>) (connection) -> connection.serverCommands().getClientList().size()))
			.as("connections that are open")
			.isLessThan(8);
		assertThat(output).containsOnlyOnce("NOPERM").doesNotContain("SubscriptionTask");
		command("ACL", "SETUSER", "sse", "&notifications");
		awaitWorking(node);
		publish("{\"user_id\":1,\"message\":\"x\"}");
		awaitPublished(1, node);
	}

	private void command(String name, String... arguments) {
		this.template.execute((RedisCallback<Object>) (connection) -> connection.execute(name,
				Stream.of(arguments).map(String::getBytes).toArray(byte[][]::new)));
	}

	private long connectionsReceived() {
		Properties info = this.template
			.execute((RedisCallback<Properties>) (connection) -> connection.serverCommands().info("stats"));
		assertThat(info).isNotNull();
		return Long.parseLong(info.getProperty("total_connections_received"));
	}

	private ConfigurableApplicationContext startWorking(String... properties) {
		ConfigurableApplicationContext node = start(properties);
		awaitWorking(node);
		return node;
	}

	private ConfigurableApplicationContext start(String... properties) {
		ConfigurableApplicationContext node = new SpringApplicationBuilder(Application.class).properties(
				"server.port=0", "sse.source.redis.channels=notifications", "sse.shutdown.drain-time=200ms",
				"spring.data.redis.port=" + this.redis.port(), "sse.log.redis.timeout=1s",
				"spring.autoconfigure.exclude=org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration")
			.properties(properties)
			.run();
		this.nodes.add(node);
		return node;
	}

	private static void awaitWorking(ConfigurableApplicationContext node) {
		Awaitility.await().atMost(PATIENCE).until(() -> node.getBean(SseSources.class).failure("redis") == null);
	}

	private static void awaitStatus(ConfigurableApplicationContext node, Status status) {
		Awaitility.await().atMost(PATIENCE).until(() -> health(node).getStatus().equals(status));
	}

	private static Health health(ConfigurableApplicationContext node) {
		return node.getBean("sseHealthIndicator", HealthIndicator.class).health(true);
	}

	private void awaitForwarding(ConfigurableApplicationContext node) {
		Awaitility.await().atMost(PATIENCE).until(() -> probe(node));
	}

	/**
	 * Publishes to nobody and tells whether the node has forwarded anything.
	 */
	private boolean probe(ConfigurableApplicationContext node) {
		publish(PROBE);
		return published(node) > 0;
	}

	private void awaitMoreForwarded(ConfigurableApplicationContext first, ConfigurableApplicationContext second) {
		long forwarded = published(first, second);
		Awaitility.await().atMost(PATIENCE).until(() -> {
			publish(PROBE);
			return published(first, second) > forwarded;
		});
	}

	/**
	 * A message is counted after it was published, so a client may have it before.
	 */
	private static void awaitPublished(long messages, ConfigurableApplicationContext... nodes) {
		Awaitility.await().atMost(PATIENCE).untilAsserted(() -> assertThat(published(nodes)).isEqualTo(messages));
	}

	private static long published(ConfigurableApplicationContext... nodes) {
		return Stream.of(nodes).mapToLong((node) -> count(node, SourceOutcome.PUBLISHED)).sum();
	}

	private static long count(ConfigurableApplicationContext node, SourceOutcome outcome) {
		return node.getBean(SseSources.class).count("redis", outcome);
	}

	private void publish(String message) {
		this.template.convertAndSend("notifications", message);
	}

	private SseRecorder connect(ConfigurableApplicationContext node, String user) {
		return connect(node, user, "");
	}

	private SseRecorder connect(ConfigurableApplicationContext node, String user, String query) {
		String port = node.getEnvironment().getRequiredProperty("local.server.port");
		SseRecorder stream = SseRecorder.open(URI.create("http://127.0.0.1:" + port + "/api/sse/connect" + query),
				"Authorization", SseRecorder.basic(user, user));
		this.streams.add(stream);
		stream.next("connected");
		return stream;
	}

	private void assertExhausted() {
		this.streams.forEach(SseRecorder::assertExhausted);
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		UserDetailsService users() {
			UserDetailsService users = new InMemoryUserDetailsManager(user("1"), user("2"));
			return users::loadUserByUsername;
		}

		private static UserDetails user(String name) {
			return User.withUsername(name).password("{noop}" + name).roles("USER").build();
		}

	}

}
