package io.github.ssehub.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.github.ssehub.log.NodeChannel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node says that it is there, whatever the channel throws, and says nothing more once
 * it has left.
 */
class ClusterLifecycleTests {

	private static final long PATIENCE_SECONDS = 10;

	private final AtomicLong nanos = new AtomicLong();

	@Test
	void saysHelloAgainAfterAnErrorAndShowsTheErrorWhenItLasts() {
		AtomicInteger sent = new AtomicInteger();
		NodeChannel channel = new NodeChannel() {

			@Override
			public void open(Consumer<byte[]> receiver) {
				// Nobody answers.
			}

			@Override
			public void send(byte[] message) {
				sent.incrementAndGet();
				throw new NoClassDefFoundError("no driver");
			}

		};
		try (TestNode node = new TestNode("a", channel, this.nanos::get, Duration.ofSeconds(1))) {
			ClusterLifecycle lifecycle = new ClusterLifecycle(node.node());
			lifecycle.start();
			TestNode.eventually("more hellos").until(() -> sent.get() > 2);
			assertThat(node.cluster().silence()).isNull();
			this.nanos.addAndGet(Duration.ofSeconds(4).toNanos());
			assertThat(node.cluster().silence()).contains("its hello is not sent", "no driver");
			lifecycle.stop();
		}
	}

	@Test
	void saysGoodByeAfterAHelloThatIsOnItsWay() throws Exception {
		HeldChannel channel = new HeldChannel();
		try (TestNode node = new TestNode("a", channel, this.nanos::get, Duration.ofSeconds(1))) {
			node.node().start();
			node.node().hello();
			channel.hold();
			Thread hello = start(node.node()::hello);
			assertThat(channel.held.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
			Thread stop = start(node.node()::stop);
			TestNode.eventually("the good-bye that waits")
				.until(() -> stop.getState() == Thread.State.TIMED_WAITING || !stop.isAlive());
			channel.release();
			join(hello);
			join(stop);
			assertThat(channel.sent).containsExactly("hello", "hello", "bye");
		}
	}

	@Test
	void saysNoGoodByeWhenAHelloDoesNotEnd() throws Exception {
		HeldChannel channel = new HeldChannel();
		try (TestNode node = new TestNode("a", channel, this.nanos::get, Duration.ofSeconds(1))) {
			node.node().start();
			node.node().hello();
			channel.hold();
			Thread hello = start(node.node()::hello);
			assertThat(channel.held.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
			node.node().stop();
			channel.release();
			join(hello);
			assertThat(channel.sent).containsExactly("hello", "hello");
		}
	}

	@Test
	void saysNoHelloAfterItsGoodBye() {
		HeldChannel channel = new HeldChannel();
		try (TestNode node = new TestNode("a", channel, this.nanos::get, Duration.ofSeconds(1))) {
			node.node().start();
			node.node().hello();
			node.node().stop();
			node.node().hello();
			assertThat(channel.sent).containsExactly("hello", "bye");
			node.node().start();
			node.node().hello();
			assertThat(channel.sent).containsExactly("hello", "bye", "hello");
		}
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task, "test-cluster");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	private static void join(Thread thread) throws InterruptedException {
		thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
		assertThat(thread.isAlive()).isFalse();
	}

	/**
	 * A channel of one node. A hello is on its way for as long as the channel is held.
	 */
	private static final class HeldChannel implements NodeChannel {

		private final List<String> sent = new CopyOnWriteArrayList<>();

		private final CountDownLatch held = new CountDownLatch(1);

		private final CountDownLatch released = new CountDownLatch(1);

		private volatile boolean holding;

		private volatile @Nullable Consumer<byte[]> receiver;

		@Override
		public void open(Consumer<byte[]> receiver) {
			this.receiver = receiver;
		}

		void hold() {
			this.holding = true;
		}

		void release() {
			this.released.countDown();
		}

		@Override
		public void send(byte[] message) {
			boolean hello = new String(message, StandardCharsets.UTF_8).contains("\"hello\"");
			if (hello && this.holding) {
				this.held.countDown();
				await();
			}
			this.sent.add(hello ? "hello" : "bye");
			Consumer<byte[]> receiver = this.receiver;
			if (receiver != null) {
				receiver.accept(message);
			}
		}

		private void await() {
			try {
				if (!this.released.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
					throw new IllegalStateException("The channel was not released");
				}
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
