package io.github.ssehub.internal.hub;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.ConnectionState;
import io.github.ssehub.Target;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import io.github.ssehub.test.SseRecorder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients are told when the log they follow has a gap or begins a new life.
 */
class HubGapTests {

	private final ScriptedLog log = new ScriptedLog();

	private final TestHub hub = TestHub.start((options) -> options.log = this.log);

	@AfterEach
	void leavesNothingBehind() {
		try {
			this.hub.assertLeavesNothingBehind();
		}
		finally {
			this.hub.close();
		}
	}

	@ParameterizedTest
	@EnumSource(Replay.Gap.Cause.class)
	void tellsEveryLiveClientOnceAndInOrder(Replay.Gap.Cause cause) {
		List<TestClient> clients = List.of(this.hub.client().connected(), this.hub.client().connected(),
				this.hub.client().connected());
		this.log.pass(new Position("old", 6));
		this.log.gap(cause, new Position("new", 20));
		this.log.pass(new Position("new", 21));
		for (TestClient client : clients) {
			client.awaitState(ConnectionState.OPEN);
			assertThat(client.next("event").id()).isEqualTo("old.6");
			assertReset(client.next("reset"), cause.tag(), "new.20");
			assertThat(client.next("event").id()).isEqualTo("new.21");
			client.assertExhausted();
		}
		assertThat(this.hub.client().connect().next("connected").id()).isEqualTo("new.21");
		assertThat(this.hub.statistics().gaps(cause)).isOne();
	}

	@Test
	void tellsAClientOnceThatWasCatchingUp() throws Exception {
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch read = new CountDownLatch(1);
		this.log.onRead = () -> {
			reading.countDown();
			await(read);
			return new Replay.Gap(Replay.Gap.Cause.EPOCH);
		};
		TestClient client = this.hub.client().lastEventId("old.3").connected();
		await(reading);
		this.log.gap(Replay.Gap.Cause.EPOCH, new Position("new", 0));
		this.log.pass(new Position("new", 1));
		TestClient live = this.hub.client().connect();
		assertThat(live.next("connected").id()).isEqualTo("new.1");
		read.countDown();
		assertReset(client.next("reset"), "epoch", "new.1");
		this.log.pass(new Position("new", 2));
		assertThat(client.next("event").id()).isEqualTo("new.2");
		client.assertExhausted();
	}

	/**
	 * Another node may have delivered events of the new life already.
	 */
	@Test
	void letsAClientWaitThatKnowsTheNewLifeAlready() {
		this.log.onRead = () -> {
			this.log.head = new Position("new", 2);
			return new Replay.Entries(List.of());
		};
		this.log.gap(Replay.Gap.Cause.EPOCH, new Position("new", 0));
		TestClient client = this.hub.client().lastEventId("new.2").connected();
		client.awaitState(ConnectionState.REPLAYING);
		this.log.pass(new Position("new", 1));
		this.log.pass(new Position("new", 2));
		client.awaitState(ConnectionState.OPEN);
		this.log.pass(new Position("new", 3));
		assertThat(client.next("event").id()).isEqualTo("new.3");
		client.assertExhausted();
	}

	private static void assertReset(SseRecorder.Event event, String reason, String position) {
		assertThat(event.id()).isEqualTo(position);
		JsonNode data = JsonMapper.shared().readTree(event.data());
		assertThat(data.get("reason").asString()).isEqualTo(reason);
		assertThat(data.get("position").asString()).isEqualTo(position);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A log elsewhere, which does what the test says.
	 */
	private static final class ScriptedLog implements EventLog {

		private volatile Position head = new Position("old", 5);

		private volatile Read onRead = () -> new Replay.Unknown();

		private @Nullable LogTail tail;

		void pass(Position position) {
			if (!position.epoch().equals(this.head.epoch()) || position.offset() > this.head.offset()) {
				this.head = position;
			}
			LogRecord record = new LogRecord(Target.broadcast(), "event", null, null, false,
					"event: event\ndata: x\n".getBytes(StandardCharsets.UTF_8));
			tail().onEntry(new LogEntry(position, record, System.nanoTime()));
		}

		void gap(Replay.Gap.Cause cause, Position position) {
			tail().onGap(cause, position);
			this.head = position;
		}

		private LogTail tail() {
			assertThat(this.tail).isNotNull();
			return this.tail;
		}

		@Override
		public Position start(LogTail tail) {
			this.tail = tail;
			return this.head;
		}

		@Override
		public Appended append(LogRecord record) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Position head() {
			return this.head;
		}

		@Override
		public Replay read(Position after, Position upTo, int limit) {
			return this.onRead.read();
		}

		@Override
		public @Nullable Replay readNow(Position after, Position upTo, int limit) {
			return after.equals(upTo) ? new Replay.Entries(List.of()) : null;
		}

		@Override
		public Map<String, Object> describe() {
			return Map.of();
		}

		@Override
		public void close() {
		}

		private interface Read {

			Replay read();

		}

	}

}
