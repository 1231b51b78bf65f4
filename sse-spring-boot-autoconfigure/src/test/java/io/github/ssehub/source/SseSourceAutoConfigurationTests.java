package io.github.ssehub.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.actuate.SseActuateAutoConfiguration;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.cluster.SseClusterAutoConfiguration;
import io.github.ssehub.autoconfigure.SseConfigurationException;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.metrics.SseMetricsAutoConfiguration;
import io.github.ssehub.source.redis.RedisSourceAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.SmartLifecycle;

import static org.assertj.core.api.Assertions.assertThat;

class SseSourceAutoConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, MetricsAutoConfiguration.class,
				SseAutoConfiguration.class, SseClusterAutoConfiguration.class, SseSourceAutoConfiguration.class,
				RedisSourceAutoConfiguration.class, SseMetricsAutoConfiguration.class,
				SseActuateAutoConfiguration.class));

	@Test
	void addsNothingWithoutSources() {
		this.contextRunner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class)).run((context) -> {
			assertThat(context).doesNotHaveBean(SseSource.class).doesNotHaveBean(SseSources.class);
			assertThat(health(context).getDetails()).doesNotContainKey("sources");
			assertThat(context.getBean(MeterRegistry.class).find("sse.source.messages").meters()).isEmpty();
		});
	}

	@Test
	void addsNothingWhenSwitchedOff() {
		this.contextRunner.withBean(OwnSource.class)
			.withPropertyValues("sse.enabled=false", "sse.source.redis.channels=a")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SseSources.class));
	}

	@Test
	void runsTheSourcesOfTheApplicationWithHealthAndMeters() {
		this.contextRunner.withBean(OwnSource.class).run((context) -> {
			OwnSource source = context.getBean(OwnSource.class);
			assertThat(source.sink).isNotNull();
			source.sink.publish(Target.broadcast(), SseEvent.of("x"));
			assertThat(context.getBean(EventLog.class).head().offset()).isOne();
			assertThat(context.getBean(MeterRegistry.class)
				.get("sse.source.messages")
				.tags("source", "own", "outcome", "published")
				.functionCounter()
				.count()).as("the one at the start too").isEqualTo(2);
			assertThat(context.getBean(MeterRegistry.class).find("sse.source.messages").meters())
				.hasSize(SourceOutcome.values().length);
			assertThat(health(context).getStatus()).isEqualTo(Status.UP);
			assertThat(health(context).getDetails()).containsEntry("sources", Map.of("own", Map.of("status", "UP")));
			source.failure = "the broker is away";
			assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
			assertThat(health(context).getDetails()).containsEntry("sources",
					Map.of("own", Map.of("status", "DOWN", "reason", "the broker is away")));
			context.getBean(SourceRunner.class).stop();
			assertThat(health(context).getDetails()).containsEntry("sources",
					Map.of("own", Map.of("status", "OUT_OF_SERVICE")));
		});
	}

	/**
	 * A source may publish as soon as it is started, and until it is stopped.
	 */
	@Test
	void startsSourcesAfterTheHubAndStopsThemBefore() {
		OwnSource source = new OwnSource();
		this.contextRunner.withBean(OwnSource.class, () -> source).run((context) -> {
			assertThat(source.outcomes).containsExactly(SourceOutcome.PUBLISHED);
			assertThat(context.getBean("sseSourceRunner", SmartLifecycle.class).getPhase())
				.isGreaterThan(context.getBean("sseLifecycle", SmartLifecycle.class).getPhase());
		});
		assertThat(source.outcomes).containsExactly(SourceOutcome.PUBLISHED, SourceOutcome.PUBLISHED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "sse.source.redis.channels=a,b", "sse.source.redis.channels[0]=a" })
	void addsTheRedisSourceWhenItHasChannels(String property) {
		this.contextRunner.withConfiguration(AutoConfigurations.of(DataRedisAutoConfiguration.class))
			.withPropertyValues(property, "spring.data.redis.port=1")
			.run((context) -> {
				assertThat(context).hasNotFailed().hasSingleBean(SseSource.class);
				assertThat(context.getBean(SseSources.class).names()).containsExactly("redis");
				assertThat(health(context).getStatus()).isEqualTo(Status.DOWN);
			});
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void stopsTheStartWhenThereIsNoConnectionToRedis(boolean classes) {
		WebApplicationContextRunner runner = classes ? this.contextRunner : this.contextRunner
			.withClassLoader(new FilteredClassLoader("org.springframework.data.redis", "io.lettuce"));
		runner.withPropertyValues("sse.source.redis.channels=notifications")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.isInstanceOf(SseConfigurationException.class)
				.hasMessageContaining("sse.source.redis.channels")
				.hasMessageContaining("no connection to Redis"));
	}

	private static Health health(ApplicationContext context) {
		Health health = context.getBean("sseHealthIndicator", HealthIndicator.class).health(true);
		assertThat(health).isNotNull();
		return health;
	}

	static class OwnSource implements SseSource {

		private final List<SourceOutcome> outcomes = new ArrayList<>();

		private @Nullable SourceSink sink;

		private volatile @Nullable String failure;

		@Override
		public String name() {
			return "own";
		}

		@Override
		public void start(SourceSink sink) {
			this.sink = sink;
			this.outcomes
				.add(sink.publish(Target.user("nobody"), SseEvent.named("start").data("x").ephemeral().build()));
		}

		@Override
		public void stop() {
			assertThat(this.sink).isNotNull();
			this.outcomes
				.add(this.sink.publish(Target.user("nobody"), SseEvent.named("stop").data("x").ephemeral().build()));
		}

		@Override
		public void check() {
			if (this.failure != null) {
				throw new IllegalStateException(this.failure);
			}
		}

	}

}
