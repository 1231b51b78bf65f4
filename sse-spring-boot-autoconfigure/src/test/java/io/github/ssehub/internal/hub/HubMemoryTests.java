package io.github.ssehub.internal.hub;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;

import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.UserLimitPolicy;
import io.github.ssehub.internal.delivery.FrameSink;
import io.github.ssehub.internal.delivery.LoopSettings;
import io.github.ssehub.internal.delivery.WriterSettings;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what a connection costs the heap, without the web server.
 */
class HubMemoryTests {

	private static final int CONNECTIONS = 10_000;

	private static final int BYTES_PER_CONNECTION = 2_048;

	private final SseHub hub = hub();

	@Test
	void anIdleConnectionTakesLessThanTwoKilobytes() {
		this.hub.start();
		try {
			open(100);
			long before = usedHeap();
			open(CONNECTIONS);
			long bytes = (usedHeap() - before) / CONNECTIONS;
			assertThat(bytes).as("bytes per idle connection").isLessThan(BYTES_PER_CONNECTION);
		}
		finally {
			this.hub.close();
		}
	}

	private void open(int count) {
		int expected = this.hub.connections().count() + count;
		for (int i = 0; i < count; i++) {
			HubConnection connection = (HubConnection) this.hub.connections()
				.open()
				.topics(List.of("news", "user-" + expected + "-" + i))
				.build();
			connection.admit(new ConnectionRequest("user-" + (i % 1000), "127.0.0.1", null));
			connection.open(new NullSink());
		}
		TestHub.eventually("the connections").until(() -> this.hub.connections().count() == expected);
	}

	private static long usedHeap() {
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static SseHub hub() {
		WriterSettings writer = new WriterSettings(256, 1 << 20, OverflowPolicy.DISCONNECT, Duration.ofSeconds(30),
				HeartbeatMode.COMMENT, Duration.ofMinutes(5), null, Duration.ofSeconds(5));
		HubSettings settings = new HubSettings(writer, 0, 0, UserLimitPolicy.REJECT, 1 << 18, Duration.ofSeconds(3),
				true, 64, 2, new LoopSettings(8192, Duration.ZERO), Duration.ofSeconds(5), Duration.ofSeconds(5),
				Duration.ZERO);
		return new SseHub(settings, TestHub.memoryLog(1000), JsonMapper.shared()::writeValueAsString, HubObserver.NONE,
				List::of);
	}

	/**
	 * Takes everything and keeps nothing.
	 */
	private static final class NullSink implements FrameSink {

		@Override
		public void attach(Listener listener) {
			listener.onWritable();
		}

		@Override
		public boolean resume() {
			return true;
		}

		@Override
		public boolean write(byte[] bytes, int offset, int length) {
			return true;
		}

		@Override
		public void complete() {
		}

		@Override
		public void abandon() {
		}

	}

}
