package io.github.ssehub.source;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

import io.github.ssehub.EventTooLargeException;
import io.github.ssehub.PublishRejectedException;
import io.github.ssehub.Published;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.TopicsDisabledException;
import io.github.ssehub.log.EventLogException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Sources are started, tried again, stopped, counted and logged in the same way.
 */
@ExtendWith(OutputCaptureExtension.class)
class SourceRunnerTests {

	private static final byte[] GOOD = bytes("{\"user_id\":1,\"message\":\"x\"}");

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final List<SourceRunner> runners = new ArrayList<>();

	private final SsePublisher publisher = (target, event) -> this.answer.get();

	private volatile Supplier<Published> answer = () -> new Published("p", 1, false);

	private volatile long now;

	@AfterEach
	void stop() {
		this.runners.forEach(SourceRunner::stop);
	}

	@Test
	void startsAndStopsAllSources() {
		SourceRunner runner = runner(new TestSource("a"), new TestSource("b"));
		assertThat(runner.names()).containsExactly("a", "b");
		assertThat(runner.isRunning()).isFalse();
		runner.start();
		runner.start();
		assertThat(runner.isRunning()).isTrue();
		runner.stop();
		runner.stop();
		runner.start();
		assertThat(this.calls).containsExactly("start a", "start b", "stop a", "stop b", "start a", "start b");
	}

	@Test
	void triesASourceAgainThatDoesNotStartWhileTheOthersRun(CapturedOutput output) {
		TestSource broken = new TestSource("broken");
		broken.startFailure = new Exception("no broker");
		SourceRunner runner = runner(broken, new TestSource("good"));
		runner.start();
		assertThat(runner.failure("broken")).isEqualTo("no broker");
		assertThat(runner.failure("good")).isNull();
		advance(Duration.ofSeconds(2));
		runner.tick();
		assertThat(this.calls).containsExactly("start broken", "start good", "start broken");
		assertThat(output).containsOnlyOnce("The source 'broken' does not start and is tried again: no broker");
		broken.startFailure = null;
		runner.tick();
		assertThat(runner.failure("broken")).as("it is not time yet").isEqualTo("no broker");
		advance(Duration.ofSeconds(3));
		runner.tick();
		assertThat(runner.failure("broken")).isNull();
		assertThat(output).containsOnlyOnce("The source 'broken' is started now");
		runner.stop();
		assertThat(this.calls).endsWith("start broken", "stop broken", "stop good");
	}

	@Test
	void triesASourceAgainThatMeetsAnError() {
		TestSource broken = new TestSource("broken");
		broken.startFailure = new NoClassDefFoundError("no driver");
		SourceRunner runner = runner(broken, new TestSource("good"));
		runner.start();
		assertThat(runner.failure("broken")).isEqualTo("no driver");
		advance(Duration.ofSeconds(2));
		// By the thread that looks after the sources, which used to end.
		Awaitility.await("the second attempt").until(() -> this.calls.size() > 2);
		advance(Duration.ofSeconds(60));
		Awaitility.await("the third attempt").until(() -> this.calls.size() > 3);
		broken.startFailure = null;
		advance(Duration.ofSeconds(60));
		Awaitility.await("the start").until(() -> runner.failure("broken") == null);
		broken.checkFailure = new StackOverflowError("deep");
		assertThat(runner.failure("broken")).isEqualTo("deep");
		broken.stopFailure = new StackOverflowError("deep");
		runner.stop();
		assertThat(this.calls).endsWith("stop broken", "stop good");
	}

	@Test
	void doesNotStopASourceThatDidNotStart() {
		TestSource broken = new TestSource("broken");
		broken.startFailure = new Exception("no broker");
		SourceRunner runner = runner(broken);
		runner.start();
		runner.stop();
		assertThat(this.calls).containsExactly("start broken");
		assertThat(runner.failure("broken")).isNull();
	}

	@Test
	void stopsTheOthersWhenOneDoesNotStop(CapturedOutput output) {
		TestSource broken = new TestSource("broken");
		broken.stopFailure = new IllegalStateException("stuck");
		SourceRunner runner = runner(broken, new TestSource("good"));
		runner.start();
		runner.stop();
		assertThat(this.calls).endsWith("stop broken", "stop good");
		assertThat(output).contains("The source 'broken' did not stop properly");
	}

	@Test
	void asksARunningSourceHowItIs() {
		TestSource source = new TestSource("a");
		SourceRunner runner = runner(source);
		runner.start();
		source.checkFailure = new Exception("the connection was lost");
		assertThat(runner.failure("a")).isEqualTo("the connection was lost");
		source.checkFailure = new NullPointerException();
		assertThat(runner.failure("a")).isEqualTo("java.lang.NullPointerException");
		source.checkFailure = null;
		assertThat(runner.failure("a")).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "A", "a b", "a_b", "ä" })
	void refusesANameThatCannotBeATag(String name) {
		assertThatIllegalStateException().isThrownBy(() -> runner(new TestSource(name)))
			.withMessageContaining("must have 1 to 64");
	}

	@Test
	void refusesTheSameNameTwice() {
		assertThatIllegalStateException().isThrownBy(() -> runner(new TestSource("a"), new TestSource("a")))
			.withMessageContaining("Two sources have the name 'a'");
	}

	@Test
	void knowsNoOtherSources() {
		assertThatIllegalArgumentException().isThrownBy(() -> runner().count("a", SourceOutcome.PUBLISHED));
	}

	@Test
	void countsWhatBecomesOfMessages() {
		TestSource source = new TestSource("a");
		SourceRunner runner = runner(source, new TestSource("b"));
		runner.start();
		SourceSink sink = source.requireSink();
		assertThat(sink.publish(Target.broadcast(), SseEvent.of("x"))).isEqualTo(SourceOutcome.PUBLISHED);
		assertThat(sink.publishJson("c", GOOD)).isEqualTo(SourceOutcome.PUBLISHED);
		this.answer = () -> new Published("p", 0, true);
		assertThat(sink.publishJson("c", GOOD)).isEqualTo(SourceOutcome.DUPLICATE);
		this.answer = throwing(new EventTooLargeException(2, 1));
		assertThat(sink.publishJson("c", GOOD)).isEqualTo(SourceOutcome.INVALID);
		this.answer = throwing(new TopicsDisabledException());
		assertThat(sink.publish(Target.topic("t"), SseEvent.of("x"))).isEqualTo(SourceOutcome.INVALID);
		this.answer = throwing(new IllegalStateException("The event log is closed"));
		assertThat(sink.publishJson("c", GOOD)).isEqualTo(SourceOutcome.REJECTED);
		sink.reject("too many");
		assertThat(counts(runner, "a")).containsExactly(2L, 1L, 2L, 2L);
		assertThat(counts(runner, "b")).containsExactly(0L, 0L, 0L, 0L);
	}

	@Test
	void logsBadMessagesAtOnceAndThenOnceAMinute(CapturedOutput output) {
		TestSource source = new TestSource("a");
		SourceRunner runner = runner(source);
		runner.start();
		SourceSink sink = source.requireSink();
		for (int i = 0; i < 1000; i++) {
			sink.publishJson("news", bytes("RUBBISH"));
		}
		assertThat(lines(output)).singleElement()
			.asString()
			.endsWith(
					"The source 'a' got a message from 'news' that cannot be published: it is not valid JSON at line 1, column 1. More of them are counted and logged once a minute");
		advance(Duration.ofSeconds(59));
		runner.tick();
		assertThat(lines(output)).hasSize(1);
		advance(Duration.ofSeconds(1));
		runner.tick();
		assertThat(lines(output)).hasSize(2)
			.last()
			.asString()
			.endsWith(
					"The source 'a' got 999 more messages that cannot be published, the last one from 'news': it is not valid JSON at line 1, column 1");
		advance(Duration.ofMinutes(1));
		runner.tick();
		assertThat(lines(output)).hasSize(2);
		sink.publishJson("sports", bytes("RUBBISH"));
		assertThat(lines(output)).hasSize(3).last().asString().contains("'sports'");
		assertThat(output).doesNotContain("RUBBISH");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void logsRejectedMessagesOnceForEachOutage(boolean flapping, CapturedOutput output) {
		TestSource source = new TestSource("a");
		SourceRunner runner = runner(source);
		runner.start();
		SourceSink sink = source.requireSink();
		for (int i = 0; i < 100; i++) {
			this.answer = throwing((i % 2 == 0) ? new EventLogException("no Redis", null)
					: new PublishRejectedException("the delivery loops have no room", 16, null));
			assertThat(sink.publishJson("news", GOOD)).isEqualTo(SourceOutcome.REJECTED);
			if (flapping) {
				this.answer = () -> new Published("p", 1, false);
				sink.publishJson("news", GOOD);
			}
			advance(Duration.ofSeconds(30));
			runner.tick();
		}
		assertThat(lines(output)).singleElement()
			.asString()
			.endsWith("A message of the source 'a' was not published: no Redis. More of them are counted");
		advance(Duration.ofSeconds(30));
		runner.tick();
		assertThat(lines(output)).hasSize(2)
			.last()
			.asString()
			.endsWith("100 messages of the source 'a' were not published within 2970 seconds, and none since");
		sink.publishJson("news", GOOD);
		advance(Duration.ofMinutes(2));
		runner.tick();
		assertThat(lines(output)).hasSize(flapping ? 2 : 4);
	}

	private static List<String> lines(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains("publish")).toList();
	}

	private static List<Long> counts(SourceRunner runner, String name) {
		return List.of(runner.count(name, SourceOutcome.PUBLISHED), runner.count(name, SourceOutcome.DUPLICATE),
				runner.count(name, SourceOutcome.REJECTED), runner.count(name, SourceOutcome.INVALID));
	}

	private static Supplier<Published> throwing(RuntimeException exception) {
		return () -> {
			throw exception;
		};
	}

	private SourceRunner runner(SseSource... sources) {
		SourceRunner runner = new SourceRunner(List.of(sources), this.publisher, 1000, () -> this.now);
		this.runners.add(runner);
		return runner;
	}

	private void advance(Duration time) {
		this.now += time.toNanos();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private final class TestSource implements SseSource {

		private final String name;

		private @Nullable SourceSink sink;

		private volatile @Nullable Throwable startFailure;

		private @Nullable Throwable stopFailure;

		private @Nullable Throwable checkFailure;

		TestSource(String name) {
			this.name = name;
		}

		@Override
		public String name() {
			return this.name;
		}

		@Override
		public void start(SourceSink sink) throws Exception {
			SourceRunnerTests.this.calls.add("start " + this.name);
			fail(this.startFailure);
			this.sink = sink;
		}

		private static void fail(@Nullable Throwable failure) throws Exception {
			if (failure instanceof Error error) {
				throw error;
			}
			if (failure != null) {
				throw (Exception) failure;
			}
		}

		@Override
		public void stop() throws Exception {
			SourceRunnerTests.this.calls.add("stop " + this.name);
			fail(this.stopFailure);
		}

		@Override
		public void check() throws Exception {
			fail(this.checkFailure);
		}

		SourceSink requireSink() {
			assertThat(this.sink).isNotNull();
			return this.sink;
		}

	}

}
