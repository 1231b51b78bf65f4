package io.github.ssehub.internal.hub;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Keeps a delivery loop from doing anything until it is released.
 */
final class HeldLoop implements AutoCloseable {

	private final CountDownLatch held = new CountDownLatch(1);

	private final CountDownLatch gate = new CountDownLatch(1);

	HeldLoop(ConnectionShard shard) {
		shard.loop().execute(() -> {
			this.held.countDown();
			await(this.gate);
		});
		await(this.held);
	}

	void release() {
		this.gate.countDown();
	}

	@Override
	public void close() {
		release();
	}

	static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
