package io.github.ssehub.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.Target;
import io.github.ssehub.internal.redis.SharedConnection;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.NodeChannel;
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
