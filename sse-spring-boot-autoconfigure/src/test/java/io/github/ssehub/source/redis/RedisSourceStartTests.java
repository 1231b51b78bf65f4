package io.github.ssehub.source.redis;

import java.util.ArrayList;
import java.util.List;

import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.source.SourceSink;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.mockito.MockedConstruction;
import org.mockito.Mockito;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A start that fails leaves nothing open. It is tried again until it succeeds, and the
 * source is not stopped in between.
 */
class RedisSourceStartTests {

	private static final String QUEUE_THREAD = "sse-source-redis-publish";

	private final List<LettuceConnectionFactory> factories = new ArrayList<>();

	@Test
	void leavesNothingOpenWhenAThreadDoesNotStart() {
		RedisSource source = new RedisSource(new LettuceConnectionFactory("127.0.0.1", 1),
				new SseProperties().getSource().getRedis(), null);
		try (MockedConstruction<RedisReceiver> receivers = Mockito.mockConstruction(RedisReceiver.class,
				(receiver, context) -> {
					this.factories.add((LettuceConnectionFactory) context.arguments().get(0));
					Mockito.doThrow(new OutOfMemoryError("unable to create native thread")).when(receiver).start();
				})) {
			for (int i = 0; i < 2; i++) {
				assertThatExceptionOfType(OutOfMemoryError.class)
					.isThrownBy(() -> source.start(Mockito.mock(SourceSink.class)));
			}
			assertThat(receivers.constructed()).hasSize(2);
		}
		assertThat(this.factories).hasSize(2).noneMatch(LettuceConnectionFactory::isRunning);
		Awaitility.await("the end of the queue's threads")
			.until(() -> Thread.getAllStackTraces()
				.keySet()
				.stream()
				.noneMatch((thread) -> thread.getName().equals(QUEUE_THREAD)));
	}

}
