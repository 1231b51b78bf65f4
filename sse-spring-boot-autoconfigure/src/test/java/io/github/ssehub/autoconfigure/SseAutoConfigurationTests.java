package io.github.ssehub.autoconfigure;

import io.github.ssehub.PublishRejectedException;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePresence;
import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.UserLimitPolicy;
import io.github.ssehub.cluster.SseClusterAutoConfiguration;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogs;
import io.github.ssehub.log.LogLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(OutputCaptureExtension.class)
class SseAutoConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SseAutoConfiguration.class,
				SseServerAutoConfiguration.class, SseClusterAutoConfiguration.class));

	@Test
	void givesTheApiByDefault() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(SsePublisher.class)
			.hasSingleBean(SseConnections.class)
			.hasSingleBean(SsePresence.class)
			.hasSingleBean(EventLog.class));
	}

	@Test
	void givesNothingWhenSwitchedOff() {
		this.contextRunner.withPropertyValues("sse.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SsePublisher.class));
	}

	@Test
	void givesNothingOutsideOfAWebApplication() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(SseAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SsePublisher.class));
	}

	@Test
	void worksWithoutTransactions() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.springframework.transaction"))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				context.publishEvent(SsePublication.afterCommit(Target.broadcast(), SseEvent.of("x")));
				assertThat(context.getBean(EventLog.class).head().offset()).isOne();
			});
	}

	@Test
	void usesTheApplicationsEventLog() {
		this.contextRunner.withUserConfiguration(OwnLogConfiguration.class)
			.run((context) -> assertThat(context).getBean(EventLog.class)
				.isSameAs(context.getBean(OwnLogConfiguration.class).log));
	}

	@Test
	void publishesWhatIsPublishedAsAnApplicationEvent() {
		this.contextRunner.run((context) -> {
			context.publishEvent(SsePublication.now(Target.user("alice"), SseEvent.of("x")));
			SseHub hub = context.getBean(SseHub.class);
			assertThat(hub.statistics().publications(Target.Type.USER)).isOne();
		});
	}

	/**
	 * Before the commit whoever publishes can still do something about it. Afterwards an
	 * exception would say that the transaction failed.
	 */
	@Test
	void tellsOfARejectedPublicationUnlessTheTransactionIsOver(CapturedOutput output) {
		this.contextRunner.withBean(SsePublisher.class, () -> (target, event) -> {
			throw new PublishRejectedException("the delivery loops have no room", 16, null);
		}).run((context) -> {
			TransactionTemplate transaction = new TransactionTemplate(new NoTransactionManager());
			assertThatExceptionOfType(PublishRejectedException.class).isThrownBy(
					() -> context.publishEvent(SsePublication.now(Target.user("alice"), SseEvent.of("now", "x"))));
			assertThatExceptionOfType(PublishRejectedException.class).isThrownBy(() -> context
				.publishEvent(SsePublication.afterCommit(Target.user("alice"), SseEvent.of("no-transaction", "x"))));
			assertThat(output).doesNotContain("not published");
			transaction.executeWithoutResult((status) -> context
				.publishEvent(SsePublication.afterCommit(Target.user("alice"), SseEvent.of("committed", "x"))));
			assertThat(output).contains("An event was not published after the commit")
				.contains("PublishRejectedException: Nothing was published: the delivery loops have no room");
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "sse.path=api|sse.path", "sse.path=/api/|sse.path", "sse.path=/a/**|sse.path",
			"sse.path=/|sse.path", "sse.max-connections=-1|sse.max-connections",
			"sse.max-connections-per-user=-1|sse.max-connections-per-user", "sse.max-event-size=0B|sse.max-event-size",
			"sse.buffer.events=0|sse.buffer.events", "sse.buffer.bytes=1KB|sse.buffer.bytes",
			"sse.heartbeat.interval=4s|sse.heartbeat.interval", "sse.client-timeout=59s|sse.client-timeout",
			"sse.max-lifetime=0s|sse.max-lifetime", "sse.retry=-1s|sse.retry", "sse.retry=2d|sse.retry",
			"sse.topics.max-per-connection=0|sse.topics.max-per-connection",
			"sse.delivery.threads=0|sse.delivery.threads", "sse.delivery.inbox-events=1|sse.delivery.inbox-events",
			"sse.buffer.send-timeout=-1s|sse.buffer.send-timeout", "sse.buffer.send-timeout=2h|sse.buffer.send-timeout",
			"sse.delivery.publish-timeout=-1s|sse.delivery.publish-timeout",
			"sse.delivery.publish-timeout=2h|sse.delivery.publish-timeout",
			"sse.delivery.batch-interval=-1ms|sse.delivery.batch-interval",
			"sse.delivery.batch-interval=1001ms|sse.delivery.batch-interval", "sse.log.history=-1|sse.log.history",
			"sse.log.max-age=0s|sse.log.max-age", "sse.log.idempotency.window=0s|sse.log.idempotency.window",
			"sse.cluster.node-name=a b|sse.cluster.node-name", "sse.cluster.timeout=1ms|sse.cluster.timeout",
			"sse.source.redis.channels=two words|sse.source.redis.channels",
			"sse.source.redis.channels=news.*|sse.source.redis.channels",
			"sse.source.redis.queue-messages=0|sse.source.redis.queue-messages",
			"sse.source.redis.queue-bytes=0B|sse.source.redis.queue-bytes",
			"sse.source.redis.queue-bytes=255KB|sse.source.redis.queue-bytes",
			"sse.security.admin-role=ROLE_ADMIN|sse.security.admin-role",
			"sse.cors.allowed-origins=*|sse.cors.allowed-origins",
			"sse.cors.allowed-origins=example.com|sse.cors.allowed-origins",
			"sse.shutdown.drain-time=0s|sse.shutdown.drain-time",
			"sse.tomcat.write-timeout=999ms|sse.tomcat.write-timeout",
			"sse.tomcat.write-timeout=30d|sse.tomcat.write-timeout",
			"sse.tomcat.send-buffer-size=16383B|sse.tomcat.send-buffer-size",
			"sse.tomcat.send-buffer-size=2GB|sse.tomcat.send-buffer-size",
			"sse.tomcat.read-buffer-size=511B|sse.tomcat.read-buffer-size",
			"sse.tomcat.read-buffer-size=2MB|sse.tomcat.read-buffer-size",
			"sse.jetty.send-buffer-size=1KB|sse.jetty.send-buffer-size" })
	void stopsTheStartAndSaysWhatToWriteWhenAPropertyCannotWork(String setting, String property) {
		this.contextRunner.withPropertyValues(setting).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new SseConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("Property " + property + " ");
			assertThat(analysis.getAction()).isNotBlank();
		});
	}

	@Test
	void stopsTheStartWhenAPolicyIsNotOneOfThoseThereAre() {
		this.contextRunner.withPropertyValues("sse.user-limit-policy=oldest-wins")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("sse.user-limit-policy")
				.hasStackTraceContaining("oldest-wins"));
		this.contextRunner.withPropertyValues("sse.user-limit-policy=reject")
			.run((context) -> assertThat(context.getBean(SseHub.class).settings().userLimitPolicy())
				.isEqualTo(UserLimitPolicy.REJECT));
	}

	@Test
	void stopsTheStartWhenEventStreamsWouldBeCompressed() {
		this.contextRunner
			.withPropertyValues("server.compression.enabled=true",
					"server.compression.additional-mime-types=text/event-stream")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.rootCause()
				.hasMessageContaining("server.compression.mime-types"));
		this.contextRunner.withPropertyValues("server.compression.enabled=true")
			.run((context) -> assertThat(context).hasNotFailed());
		this.contextRunner.withPropertyValues("server.compression.additional-mime-types=text/event-stream")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void listsItsAutoConfigurations() {
		assertThat(org.springframework.boot.context.annotation.ImportCandidates
			.load(org.springframework.boot.autoconfigure.AutoConfiguration.class, getClass().getClassLoader())
			.getCandidates()).filteredOn((name) -> name.startsWith("io.github.ssehub")).hasSize(11);
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnLogConfiguration {

		final EventLog log = EventLogs.inMemory(new LogLimits(1, 1000, null, java.time.Duration.ofSeconds(1), 1));

		@Bean
		EventLog log() {
			return this.log;
		}

	}

	private static final class NoTransactionManager extends AbstractPlatformTransactionManager {

		@Override
		protected Object doGetTransaction() {
			return new Object();
		}

		@Override
		protected void doBegin(Object transaction, org.springframework.transaction.TransactionDefinition definition) {
		}

		@Override
		protected void doCommit(DefaultTransactionStatus status) {
		}

		@Override
		protected void doRollback(DefaultTransactionStatus status) {
		}

	}

}
