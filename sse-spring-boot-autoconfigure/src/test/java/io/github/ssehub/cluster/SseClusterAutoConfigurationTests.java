package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import io.github.ssehub.Presence;
import io.github.ssehub.SsePresence;
import io.github.ssehub.actuate.SseActuateAutoConfiguration;
import io.github.ssehub.actuate.SseEndpoint;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogs;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.NodeChannel;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import io.github.ssehub.metrics.SseMetricsAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class SseClusterAutoConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SseAutoConfiguration.class,
				SseClusterAutoConfiguration.class))
		.withPropertyValues("sse.cluster.node-name=web-1");

	private final Set<Thread> threadsBefore = TestNode.threads();

	@Test
	void isOneNodeWithoutThreadsByDefault() {
		this.contextRunner.run((context) -> {
			assertThat(context.getBean(SseCluster.class).nodes()).hasSize(1)
				.allSatisfy((node) -> assertThat(node).matches("web-1-[0-9a-z]{6}"));
			assertThat(context.getBean(SsePresence.class).isOnline("alice")).isFalse();
			TestNode.awaitEndOfThreads(this.threadsBefore);
		});
	}

	@Test
	void joinsTheNodesThatShareTheLogAndLeavesThemWhenItStops() {
		TestChannel channel = new TestChannel();
		this.contextRunner.withBean(EventLog.class, () -> new SharedEventLog(channel.socket())).run((context) -> {
			TestNode.eventually("hello").until(() -> channel.takeSent().toString().contains("hello"));
			channel.inject("{\"v\":1,\"type\":\"hello\",\"node\":\"other\",\"number\":1}");
			assertThat(context.getBean(SseCluster.class).nodes()).hasSize(2).contains("other");
			assertThat(this.threadsBefore.containsAll(TestNode.threads())).isFalse();
			channel.takeSent();
			context.close();
			assertThat(channel.takeSent()).last().asString().contains("bye", "web-1-");
			TestNode.eventually("the end of its threads")
				.until(() -> this.threadsBefore.containsAll(TestNode.threads()));
		});
	}

	@Test
	void showsThatItIsCutOffInHealthMetersAndTheEndpoint() {
		TestChannel channel = new TestChannel();
		this.contextRunner
			.withConfiguration(
					AutoConfigurations.of(SseActuateAutoConfiguration.class, SseMetricsAutoConfiguration.class))
			.withPropertyValues("management.endpoints.web.exposure.include=sse")
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(EventLog.class, () -> new SharedEventLog(channel.socket()))
			.run((context) -> {
				HealthIndicator health = context.getBean("sseHealthIndicator", HealthIndicator.class);
				SimpleMeterRegistry registry = context.getBean(SimpleMeterRegistry.class);
				context.getBean("sseClusterMetrics", MeterBinder.class).bindTo(registry);
				SseEndpoint endpoint = context.getBean(SseEndpoint.class);
				TestNode.eventually("the first hello").until(() -> !endpoint.connections().cutOff());
				assertThat(Objects.requireNonNull(health.health()).getDetails()).doesNotContainKey("cutOff");
				assertThat(registry.get("sse.cluster.cut.off").gauge().value()).isZero();
				assertThat(registry.get("sse.cluster.nodes").gauge().value()).isOne();
				channel.setBroken(true);
				TestNode.eventually("the silence").until(() -> endpoint.connections().cutOff());
				assertThat(registry.get("sse.cluster.cut.off").gauge().value()).isOne();
				assertThat(Objects.requireNonNull(health.health())).satisfies((one) -> {
					assertThat(one.getStatus()).isEqualTo(Status.DOWN);
					assertThat(one.getDetails()).containsEntry("cutOff",
							"its hello is not sent: The channel is broken");
				});
			});
	}

	@Test
	void leavesPresenceToTheApplication() {
		SsePresence own = new SsePresence() {

			@Override
			public Presence presence(String user) {
				return Presence.ONLINE;
			}

			@Override
			public Set<String> onlineUsers() {
				return Set.of();
			}

		};
		this.contextRunner.withBean(SsePresence.class, () -> own)
			.run((context) -> assertThat(context).getBean(SsePresence.class).isSameAs(own));
	}

	@Test
	void givesNothingWithoutTheEngine() {
		new WebApplicationContextRunner().withConfiguration(AutoConfigurations.of(SseClusterAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SseCluster.class));
	}

	/**
	 * A log in memory with a channel.
	 */
	private static final class SharedEventLog implements EventLog {

		private final EventLog log = EventLogs.inMemory(new LogLimits(10, 1 << 16, null, Duration.ofMinutes(1), 10));

		private final NodeChannel channel;

		SharedEventLog(NodeChannel channel) {
			this.channel = channel;
		}

		@Override
		public Position start(LogTail tail) {
			return this.log.start(tail);
		}

		@Override
		public Appended append(LogRecord record) {
			return this.log.append(record);
		}

		@Override
		public Position head() {
			return this.log.head();
		}

		@Override
		public Replay read(Position after, Position upTo, int limit) {
			return this.log.read(after, upTo, limit);
		}

		@Override
		public @Nullable Replay readNow(Position after, Position upTo, int limit) {
			return this.log.readNow(after, upTo, limit);
		}

		@Override
		public Optional<NodeChannel> nodeChannel() {
			return Optional.of(this.channel);
		}

		@Override
		public Map<String, Object> describe() {
			return this.log.describe();
		}

		@Override
		public void close() {
			this.log.close();
		}

	}

}
