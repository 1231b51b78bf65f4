package io.github.ssehub.source.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.source.SourceOutcome;
import io.github.ssehub.source.SourceSink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(30)
class MessageQueueTests {

	private final TestSink sink = new TestSink();

	@Test
	void publishesInOrder() throws Exception {
		MessageQueue queue = start(100, 1000);
		for (int i = 0; i < 100; i++) {
			queue.offer("c", bytes("" + i));
		}
		for (int i = 0; i < 100; i++) {
			assertThat(this.sink.published.poll(10, TimeUnit.SECONDS)).isEqualTo("c " + i);
		}
		queue.close(Duration.ofSeconds(10));
	}

	@Test
	void rejectsWhatItHasNoRoomForAndNeverWaits() throws Exception {
		this.sink.close();
		MessageQueue queue = start(2, 1000);
		queue.offer("c", bytes("taken"));
		this.sink.waiting.await();
		for (int i = 0; i < 5; i++) {
			queue.offer("c", bytes("" + i));
		}
		assertThat(this.sink.rejected).hasSize(3).allSatisfy((reason) -> assertThat(reason).contains("queue-messages"));
		this.sink.open();
		queue.close(Duration.ofSeconds(10));
		assertThat(this.sink.published).containsExactly("c taken", "c 0", "c 1");
	}

	@Test
	void isBoundedByBytes() throws Exception {
		this.sink.close();
		MessageQueue queue = start(100, 10);
		queue.offer("c", bytes("x"));
		this.sink.waiting.await();
		List.of("four", "fives", "sixsix", "x", "y").forEach((text) -> queue.offer("c", bytes(text)));
		assertThat(this.sink.rejected).hasSize(2);
		this.sink.open();
		queue.close(Duration.ofSeconds(10));
		assertThat(this.sink.published).containsExactly("c x", "c four", "c fives", "c x");
	}

	@Test
	void givesUpWhatIsNotPublishedInTimeAndCountsIt() throws Exception {
		this.sink.close();
		MessageQueue queue = start(100, 1000);
		for (int i = 0; i < 5; i++) {
			queue.offer("c", bytes("" + i));
		}
		this.sink.waiting.await();
		queue.close(Duration.ofMillis(1));
		queue.offer("c", bytes("late"));
		assertThat(this.sink.published).isEmpty();
		assertThat(this.sink.rejected).hasSize(5);
	}

	@Test
	void outlivesAnError() throws Exception {
		this.sink.error = new StackOverflowError();
		MessageQueue queue = start(100, 1000);
		queue.offer("c", bytes("bad"));
		queue.offer("c", bytes("good"));
		assertThat(this.sink.published.poll(10, TimeUnit.SECONDS)).isEqualTo("c good");
		queue.close(Duration.ofSeconds(10));
	}

	private MessageQueue start(int maxMessages, long maxBytes) {
		MessageQueue queue = new MessageQueue(this.sink, maxMessages, maxBytes);
		queue.start();
		return queue;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static final class TestSink implements SourceSink {

		private final BlockingQueue<String> published = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> rejected = new LinkedBlockingQueue<>();

		private final CountDownLatch waiting = new CountDownLatch(1);

		private volatile CountDownLatch gate = new CountDownLatch(0);

		private volatile Error error;

		void close() {
			this.gate = new CountDownLatch(1);
		}

		void open() {
			this.gate.countDown();
		}

		@Override
		public SourceOutcome publish(Target target, SseEvent event) {
			throw new UnsupportedOperationException();
		}

		@Override
		public SourceOutcome publishJson(String origin, byte[] message) {
			this.waiting.countDown();
			try {
				this.gate.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return SourceOutcome.REJECTED;
			}
			Error error = this.error;
			if (error != null) {
				this.error = null;
				throw error;
			}
			this.published.add(origin + " " + new String(message, StandardCharsets.UTF_8));
			return SourceOutcome.PUBLISHED;
		}

		@Override
		public void reject(String reason) {
			this.rejected.add(reason);
		}

	}

}
