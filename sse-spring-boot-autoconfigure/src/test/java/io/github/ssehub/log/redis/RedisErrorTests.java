package io.github.ssehub.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssehub.Target;
import io.github.ssehub.internal.redis.SharedConnection;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.NodeChannel;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import io.github.ssehub.test.FailingConnectionFactory;
import io.github.ssehub.test.RecordingTail;
import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An error does not end the threads that wait for Redis. Nobody would begin them again.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisErrorTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(2);

	private static RedisProcess redis;

	private static LettuceConnectionFactory application;

	private FailingConnectionFactory factory;

	private RedisEventLog log;

	private final RecordingTail tail = new RecordingTail();

	@BeforeAll
	static void startRedis() {
		redis = RedisProcess.start();
		application = redis.connectionFactory();
	}

	@AfterAll
	static void stopRedis() {
		application.destroy();
		redis.close();
	}

	@BeforeEach
	void createLog() {
		redis.command("FLUSHALL");
		this.factory = new FailingConnectionFactory(redis.port());
		RedisConnections connections = new RedisConnections(new SharedConnection(application, TIMEOUT), this.factory);
		this.log = new RedisEventLog(connections, "log",
				new LogLimits(1000, 1 << 20, null, Duration.ofMinutes(5), 1000), TIMEOUT);
	}

	@AfterEach
	void closeLog() {
		this.log.close();
	}

	@Test
	void listensToTheOtherNodesAgain() throws Exception {
		NodeChannel channel = this.log.nodeChannel().orElseThrow();
		BlockingQueue<String> heard = new LinkedBlockingQueue<>();
		this.factory.fail(new OutOfMemoryError("no room"));
		channel.open((message) -> heard.add(new String(message, StandardCharsets.UTF_8)));
		Awaitility.await("the reason").until(() -> "no room".equals(channel.failure()));
		this.factory.fail(null);
		Awaitility.await("the subscription").until(() -> channel.failure() == null);
		channel.send("hello".getBytes(StandardCharsets.UTF_8));
		assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
	}

	/**
	 * One that is lost as soon as it stands must not be made again and again in silence.
	 */
	@Test
	void saysThatTheSubscriptionWasLost(CapturedOutput output) {
		NodeChannel channel = this.log.nodeChannel().orElseThrow();
		channel.open((message) -> {
		});
		Awaitility.await("the subscription").until(() -> redis.command("CLIENT KILL TYPE pubsub").startsWith(":1"));
		Awaitility.await("the warning")
			.until(() -> output.getAll().contains("cannot be subscribed to (the connection was lost)"));
		Awaitility.await("the return").until(() -> output.getAll().contains("The other nodes are heard again"));
		assertThat(channel.failure()).isNull();
	}

	/**
	 * Some clients may have got the event, so it is not handed over again, but told to be
	 * missing, also when that does not succeed at once.
	 */
	@ParameterizedTest
	@ValueSource(ints = { 0, 2 })
	void tellsThatAnEventIsMissingThatTheTailDidNotTake(int failuresOfGap) {
		FailingTail tail = new FailingTail(failuresOfGap);
		this.log.start(tail);
		append("a", false);
		tail.failNext();
		Appended failed = append("b", false);
		append("c", false);
		Awaitility.await("the last event").until(() -> tail.got.size() == 3);
		assertThat(tail.got.get(0)).isEqualTo("a");
		assertThat(tail.got.get(1)).isEqualTo("EVICTED " + failed.position());
		assertThat(tail.got.get(2)).isEqualTo("c");
		assertThat(this.log.describe()).containsEntry("type", "redis");
	}

	@Test
	void leavesOutAnEphemeralEventThatTheTailDidNotTake() {
		FailingTail tail = new FailingTail(0);
		this.log.start(tail);
		append("a", false);
		tail.failNext();
		append("b", true);
		append("c", false);
		Awaitility.await("the last event").until(() -> tail.got.size() == 2);
		assertThat(tail.got).containsExactly("a", "c");
	}

	private Appended append(String name, boolean ephemeral) {
		return this.log.append(new LogRecord(Target.broadcast(), name, null, null, ephemeral,
				"data: x\n".getBytes(StandardCharsets.UTF_8)));
	}

	/**
	 * A tail that meets an error when it is told to.
	 */
	private static final class FailingTail implements LogTail {

		private final List<String> got = new CopyOnWriteArrayList<>();

		private final AtomicInteger failuresOfGap;

		private final AtomicBoolean failing = new AtomicBoolean();

		FailingTail(int failuresOfGap) {
			this.failuresOfGap = new AtomicInteger(failuresOfGap);
		}

		void failNext() {
			Awaitility.await("the event before").until(() -> !this.got.isEmpty());
			this.failing.set(true);
		}

		@Override
		public void onEntry(LogEntry entry) {
			if (this.failing.getAndSet(false)) {
				throw new OutOfMemoryError("no room for a task");
			}
			this.got.add(entry.name());
		}

		@Override
		public void onGap(Replay.Gap.Cause cause, Position position) {
			if (this.failuresOfGap.getAndDecrement() > 0) {
				throw new OutOfMemoryError("no room for a task");
			}
			this.got.add(cause + " " + position);
		}

	}

	@Test
	void followsTheLogAgain() {
		this.factory.fail(new OutOfMemoryError("no room"));
		this.log.start(this.tail);
		Awaitility.await("the reason")
			.untilAsserted(() -> assertThatExceptionOfType(EventLogException.class).isThrownBy(this.log::describe)
				.withMessage("no room"));
		this.factory.fail(null);
		Awaitility.await("the return").ignoreExceptionsInstanceOf(EventLogException.class).until(() -> {
			this.log.describe();
			return true;
		});
		this.log.append(new LogRecord(Target.broadcast(), "test", null, null, false,
				"data: a\n".getBytes(StandardCharsets.UTF_8)));
		assertThat(this.tail.take(1)).hasSize(1);
		assertThat(this.log.describe()).containsEntry("type", "redis");
	}

}
