package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.ssehub.log.NodeChannel;
import org.junit.jupiter.api.Test;

/**
 * A node goes on to say that it is there, whatever the channel throws.
 */
class ClusterLifecycleTests {

	@Test
	void saysHelloAgainAfterAnError() {
		AtomicInteger sent = new AtomicInteger();
		NodeChannel channel = new NodeChannel() {

			@Override
			public void open(Consumer<byte[]> receiver) {
				// Nobody answers.
			}

			@Override
			public void send(byte[] message) {
				if (sent.incrementAndGet() <= 2) {
					throw new NoClassDefFoundError("no driver");
				}
			}

		};
		try (TestNode node = new TestNode("a", channel, System::nanoTime, Duration.ofSeconds(1))) {
			ClusterLifecycle lifecycle = new ClusterLifecycle(node.node());
			lifecycle.start();
			TestNode.eventually("another hello").until(() -> sent.get() > 2);
			lifecycle.stop();
		}
	}

}
