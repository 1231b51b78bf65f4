package io.github.ssehub.source.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.source.SourceOutcome;
import io.github.ssehub.source.SourceSink;
import io.github.ssehub.test.FailingConnectionFactory;
import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An error does not end the thread that receives. Nobody would begin it again.
 */
class RedisReceiverTests {

	private static final Duration TIME = Duration.ofSeconds(2);

	@Test
	void receivesAgainAfterAnError() throws Exception {
		RedisProcess redis = RedisProcess.start();
		FailingConnectionFactory factory = new FailingConnectionFactory(redis.port());
		RecordingSink sink = new RecordingSink();
		MessageQueue queue = new MessageQueue(sink, 10, 1000);
		RedisReceiver receiver = new RedisReceiver(factory, List.of("channel"), "lease", queue);
		try {
			factory.fail(new NoClassDefFoundError("no driver"));
			queue.start();
			receiver.start();
			Awaitility.await("the reason").until(() -> "no driver".equals(receiver.failure()));
			factory.fail(null);
			Awaitility.await("the subscription").until(() -> receiver.failure() == null);
			assertThat(redis.command("PUBLISH channel hello")).startsWith(":1");
			assertThat(sink.messages.poll(10, TimeUnit.SECONDS)).isEqualTo("hello");
		}
		finally {
			receiver.close(TIME);
			queue.close(TIME);
			factory.destroy();
			redis.close();
		}
	}

	private static final class RecordingSink implements SourceSink {

		private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

		@Override
		public SourceOutcome publish(Target target, SseEvent event) {
			return SourceOutcome.INVALID;
		}

		@Override
		public SourceOutcome publishJson(String origin, byte[] message) {
			this.messages.add(new String(message, StandardCharsets.UTF_8));
			return SourceOutcome.PUBLISHED;
		}

		@Override
		public void reject(String reason) {
			this.messages.add("rejected: " + reason);
		}

	}

}
