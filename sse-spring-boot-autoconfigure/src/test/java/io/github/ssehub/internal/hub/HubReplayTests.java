package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import io.github.ssehub.internal.wire.EventEncoder;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.Position;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for clients that come back: what they missed, and how they become live again.
 */
class HubReplayTests {

	private TestHub hub = TestHub.start();

	@AfterEach
	void leavesNothingBehind() {
		try {
			this.hub.assertLeavesNothingBehind();
		}
		finally {
			this.hub.close();
		}
	}

	private void restart(Consumer<TestHub.Options> customizer) {
		this.hub.close();
		this.hub = TestHub.start(customizer);
	}

	private String head() {
		return this.hub.hub().log().head().toString();
	}

	@Test
	void replaysWhatWasMissedAndGoesLive() {
		TestClient before = this.hub.connect();
		before.next("connected");
		this.hub.broadcast("a");
		before.next("a");
		before.drop();
		this.hub.broadcast("b");
		this.hub.broadcast("c");
		TestClient after = this.hub.client().lastEventId(before.lastEventId()).connect();
		assertThat(after.next("connected").id()).isEqualTo(before.lastEventId());
		assertThat(after.nextNames(2)).containsExactly("b", "c");
		this.hub.broadcast("d");
		after.next("d");
		assertThat(after.lastEventId()).isEqualTo(head());
		after.awaitState(ConnectionState.OPEN);
		after.assertExhausted();
		assertThat(this.hub.statistics().replays(ReplayOutcome.REPLAYED)).isOne();
	}

	/**
	 * The position stands in the first event, so a client that gets no other event loses
	 * nothing either.
	 */
	@Test
	void replaysToAClientThatGotNothingButTheConnectedEvent() {
		this.hub.broadcast("before");
		TestClient before = this.hub.client().connected();
		before.drop();
		this.hub.broadcast("a");
		TestClient again = this.hub.client()
			.lastEventId(before.lastEventId())
			.sink(FakeFrameSink.readyFor(1))
			.connect();
		assertThat(again.next("connected").id()).isEqualTo(before.lastEventId());
		again.drop();
		TestClient after = this.hub.client().lastEventId(before.lastEventId()).connected();
		after.next("a");
	}

	@Test
	void replaysNothingToAClientThatMissedNothing() {
		this.hub.broadcast("a");
		TestClient client = this.hub.client().lastEventId(head()).connected();
		this.hub.broadcast("b");
		client.next("b");
		assertThat(this.hub.statistics().replays(ReplayOutcome.REPLAYED)).isOne();
	}

	@Test
	void replaysNothingToANewClient() {
		this.hub.broadcast("a");
		TestClient client = this.hub.client().connected();
		this.hub.broadcast("b");
		client.next("b");
		assertThat(this.hub.statistics().replays(ReplayOutcome.REPLAYED)).isZero();
	}

	@Test
	void replaysOnlyWhatTheConnectionCouldHaveGotLive() {
		String start = head();
		TestClient gone = this.hub.client().user("alice").topics("news").connected();
		this.hub.broadcast("to-all");
		this.hub.publisher().toUser("alice", SseEvent.of("to-alice", "x"));
		this.hub.publisher().toUser("bob", SseEvent.of("to-bob", "x"));
		this.hub.publisher().toTopic("news", SseEvent.of("to-news", "x"));
		this.hub.publisher().toTopic("sport", SseEvent.of("to-sport", "x"));
		this.hub.publisher().toTopics(List.of("sport", "news"), SseEvent.of("to-both", "x"));
		this.hub.publisher().toConnection(gone.id(), SseEvent.of("to-connection", "x"));
		this.hub.publisher().broadcast(SseEvent.named("ephemeral").data("x").ephemeral().build());
		this.hub.broadcast("last");
		assertThat(replayed(this.hub.client().user("alice").topics("news"), start)).containsExactly("to-all",
				"to-alice", "to-news", "to-both", "last");
		assertThat(replayed(this.hub.client().user("bob").topics("news", "sport"), start)).containsExactly("to-all",
				"to-bob", "to-news", "to-sport", "to-both", "last");
		assertThat(replayed(this.hub.client(), start)).containsExactly("to-all", "last");
		assertThat(replayed(this.hub.client().user("alice").events("to-alice", "last"), start))
			.containsExactly("to-alice", "last");
	}

	private static List<String> replayed(TestHub.Client request, String lastEventId) {
		TestClient client = request.lastEventId(lastEventId).connected();
		List<String> names = new ArrayList<>();
		while (names.isEmpty() || !names.get(names.size() - 1).equals("last")) {
			names.add(client.next().name());
		}
		client.assertExhausted();
		return names;
	}

	@Test
	void tellsAClientOnceThatWhatItMissedIsGone() {
		restart((options) -> options.history = 3);
		String start = head();
		IntStream.range(0, 5).forEach((i) -> this.hub.broadcast("old"));
		assertReset(start, "evicted", ReplayOutcome.GAP);
	}

	@Test
	void replaysAsMuchAsIsKept() {
		restart((options) -> options.history = 3);
		String start = head();
		IntStream.range(0, 3).forEach((i) -> this.hub.broadcast("event-" + i));
		TestClient client = this.hub.client().lastEventId(start).connected();
		assertThat(client.nextNames(3)).containsExactly("event-0", "event-1", "event-2");
	}

	@Test
	void tellsAClientThatItsPositionIsFromAnotherLifeOfTheLog() {
		this.hub.broadcast("old");
		assertReset("another.1", "epoch", ReplayOutcome.GAP);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rubbish", "1", "*", "../../etc/passwd", ".", "a.b", "\u0000" })
	void tellsAClientThatItsPositionMeansNothing(String lastEventId) {
		this.hub.broadcast("old");
		assertReset(lastEventId, "unknown", ReplayOutcome.UNKNOWN);
	}

	@Test
	void tellsAClientThatItsPositionIsAheadOfTheLog() {
		this.hub.broadcast("old");
		Position head = this.hub.hub().log().head();
		assertReset(head.at(head.offset() + 1).toString(), "unknown", ReplayOutcome.UNKNOWN);
	}

	@Test
	void tellsAClientThatItMissedSomethingWhenNothingIsKept() {
		restart((options) -> options.history = 0);
		String start = head();
		TestClient caughtUp = this.hub.client().lastEventId(start).connected();
		this.hub.broadcast("old");
		caughtUp.next("old");
		assertReset(start, "evicted", ReplayOutcome.GAP);
	}

	private void assertReset(String lastEventId, String reason, ReplayOutcome outcome) {
		TestClient client = this.hub.client().lastEventId(lastEventId).connect();
		SseRecorder.Event connected = client.next("connected");
		SseRecorder.Event reset = client.next("reset");
		assertThat(reset.id()).isEqualTo(head());
		JsonNode data = TestClient.json(reset);
		assertThat(data.get("reason").asString()).isEqualTo(reason);
		assertThat(data.get("position").asString()).isEqualTo(head());
		this.hub.broadcast("live");
		client.next("live");
		client.assertExhausted();
		// A position of this life of the log stays the client's until the reset says
		// more.
		Position position = Position.parse(lastEventId);
		boolean known = position != null && position.epoch().equals(this.hub.hub().log().head().epoch());
		assertThat(connected.id()).isEqualTo(known ? lastEventId : "");
		for (ReplayOutcome each : ReplayOutcome.values()) {
			if (each != ReplayOutcome.REPLAYED) {
				assertThat(this.hub.statistics().replays(each)).isEqualTo((each == outcome) ? 1 : 0);
			}
		}
	}

	/**
	 * What a client missed waits in the log and not in its queue, so it may be more than
	 * any queue holds.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void replaysMoreThanTheQueueHolds(boolean readsFromMemory) {
		restart((options) -> {
			options.bufferEvents = 4;
			options.bufferBytes = 2000;
			options.log = new HeldEventLog(TestHub.memoryLog(1000), readsFromMemory);
		});
		String start = head();
		IntStream.range(0, 500)
			.forEach((i) -> this.hub.publisher().broadcast(SseEvent.of("event-" + i, "x".repeat(i))));
		FakeFrameSink sink = FakeFrameSink.stalled();
		TestClient client = this.hub.client().lastEventId(start).sink(sink).connect();
		List<String> names = new ArrayList<>();
		while (names.size() < 501) {
			assertThat(client.connection().getQueuedBytes()).isLessThan(3000);
			client.takeOneWrite().forEach((event) -> names.add(event.name()));
		}
		assertThat(names.get(0)).isEqualTo("connected");
		assertThat(names.subList(1, 501))
			.containsExactlyElementsOf(IntStream.range(0, 500).mapToObj((i) -> "event-" + i).toList());
		sink.release();
		this.hub.broadcast("live");
		client.next("live");
		client.assertExhausted();
		client.awaitState(ConnectionState.OPEN);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void looksForEventsOfTheConnectionAmongManyOthers(boolean readsFromMemory) {
		restart((options) -> options.log = new HeldEventLog(TestHub.memoryLog(5000), readsFromMemory));
		String start = head();
		for (int i = 0; i < 3000; i++) {
			this.hub.publisher().toUser((i % 1000 == 999) ? "alice" : "bob", SseEvent.of("event-" + i, "x"));
		}
		TestClient client = this.hub.client().user("alice").lastEventId(start).connected();
		assertThat(client.nextNames(3)).containsExactly("event-999", "event-1999", "event-2999");
		this.hub.broadcast("live");
		client.next("live");
		client.assertExhausted();
	}

	/**
	 * Another node's client may know more of the log than this node's loops do.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void letsAClientThatIsAheadOfTheLoopWaitForIt(boolean readsFromMemory) {
		HeldEventLog log = new HeldEventLog(TestHub.memoryLog(100), readsFromMemory);
		restart((options) -> options.log = log);
		IntStream.rangeClosed(1, 3).forEach((i) -> this.hub.broadcast("event-" + i));
		log.hold();
		IntStream.rangeClosed(4, 6).forEach((i) -> this.hub.broadcast("event-" + i));
		Position head = log.head();
		TestClient behind = this.hub.client().lastEventId(head.at(2).toString()).connected();
		TestClient ahead = this.hub.client().lastEventId(head.at(5).toString()).connected();
		TestClient farAhead = this.hub.client().lastEventId(head.at(6).toString()).connected();
		TestClient fresh = this.hub.connect();
		assertThat(fresh.next("connected").id()).isEqualTo(head.at(3).toString());
		behind.next("event-3");
		this.hub.publisher().broadcast(SseEvent.named("ephemeral").data("x").ephemeral().build());
		log.release();
		this.hub.broadcast("live");
		assertThat(fresh.nextNames(5)).containsExactly("event-4", "event-5", "event-6", "ephemeral", "live");
		assertThat(nextKept(behind, 4)).containsExactly("event-4", "event-5", "event-6", "live");
		assertThat(nextKept(ahead, 2)).containsExactly("event-6", "live");
		assertThat(nextKept(farAhead, 1)).containsExactly("live");
	}

	/** A client that is still catching up from the log misses what is not kept there. */
	private static List<String> nextKept(TestClient client, int count) {
		List<String> names = new ArrayList<>();
		while (names.size() < count) {
			String name = client.next().name();
			if (!name.equals("ephemeral")) {
				names.add(name);
			}
		}
		return names;
	}

	@Test
	void losesNothingThatIsPublishedWhileTheLogIsRead() {
		HeldEventLog log = new HeldEventLog(TestHub.memoryLog(100), false);
		restart((options) -> options.log = log);
		String start = head();
		this.hub.broadcast("a");
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		log.onRead(() -> {
			reading.countDown();
			await(gate);
		});
		TestClient client = this.hub.client().lastEventId(start).connected();
		await(reading);
		this.hub.broadcast("b");
		this.hub.connections().subscribe(client.id(), "news");
		this.hub.publisher().toTopic("news", SseEvent.of("c", "x"));
		gate.countDown();
		assertThat(client.nextNames(3)).containsExactly("a", "b", "c");
		TestHub.eventually("what is waited for").until(() -> client.connection().getState() == ConnectionState.OPEN);
		this.hub.broadcast("d");
		client.next("d");
		client.assertExhausted();
	}

	@Test
	void forgetsAClientThatLeavesWhileTheLogIsRead() {
		HeldEventLog log = new HeldEventLog(TestHub.memoryLog(100), false);
		restart((options) -> {
			options.log = log;
			options.maxConnections = 1;
		});
		String start = head();
		this.hub.broadcast("a");
		CountDownLatch reading = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		log.onRead(() -> {
			reading.countDown();
			await(gate);
		});
		TestClient client = this.hub.client().lastEventId(start).connected();
		await(reading);
		client.drop();
		log.onRead(() -> {
		});
		gate.countDown();
		TestClient next = this.hub.client().lastEventId(start).connected();
		next.next("a");
		client.assertExhausted();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void endsAConnectionWhenTheLogCannotBeReadAndNoOther(boolean readsFromMemory) {
		HeldEventLog log = new HeldEventLog(TestHub.memoryLog(100), readsFromMemory);
		restart((options) -> {
			options.log = log;
			options.threads = 1;
		});
		String start = head();
		this.hub.broadcast("a");
		TestClient other = this.hub.client().connected();
		log.failReads(new EventLogException("expected by the test", null));
		TestClient client = this.hub.client().lastEventId(start).connected();
		client.sink().awaitCompleted();
		assertThat(this.hub.statistics().disconnects(CloseReason.ERROR)).isOne();
		this.hub.broadcast("b");
		other.next("b");
		log.failReads(null);
		TestClient again = this.hub.client().lastEventId(client.lastEventId()).connected();
		assertThat(again.nextNames(2)).containsExactly("a", "b");
	}

	/**
	 * The same in the middle, where the client's taking is what makes the loop read on.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void endsAConnectionWhenTheLogCannotBeReadOn(boolean readsFromMemory) {
		HeldEventLog log = new HeldEventLog(TestHub.memoryLog(1000), readsFromMemory);
		restart((options) -> {
			options.log = log;
			options.threads = 1;
		});
		String start = head();
		IntStream.range(0, 500).forEach((i) -> this.hub.broadcast("event-" + i));
		TestClient other = this.hub.client().connected();
		FakeFrameSink sink = FakeFrameSink.stalled();
		TestClient client = this.hub.client().lastEventId(start).sink(sink).connect();
		List<SseRecorder.Event> taken = client.takeOneWrite();
		while (taken.stream().noneMatch((event) -> event.name().equals("event-0"))) {
			taken = client.takeOneWrite();
		}
		log.failReads(new EventLogException("expected by the test", null));
		sink.release();
		sink.awaitCompleted();
		assertThat(this.hub.statistics().disconnects(CloseReason.ERROR)).isOne();
		this.hub.broadcast("live");
		other.next("live");
	}

	/**
	 * Spring stops and restarts the lifecycle beans of a context that a test suite keeps.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void replaysAfterAStopAndAStart(boolean readsFromMemory) {
		restart((options) -> options.log = new HeldEventLog(TestHub.memoryLog(100), readsFromMemory));
		TestClient before = this.hub.client().connected();
		this.hub.hub().stop();
		before.sink().awaitCompleted();
		this.hub.broadcast("while stopped");
		this.hub.hub().start();
		this.hub.broadcast("after");
		TestClient after = this.hub.client().lastEventId(before.lastEventId()).connected();
		assertThat(after.nextNames(2)).containsExactly("while stopped", "after");
	}

	// Topics that change during the replay

	/**
	 * Publishes large events to two topics and has a client with one of them, or both,
	 * replay the first few.
	 */
	private TestClient replaying(String... topics) {
		restart((options) -> options.bufferEvents = 4);
		String start = head();
		for (int i = 0; i < 10; i++) {
			this.hub.publisher().toTopic("news", SseEvent.of("news-" + i, "x".repeat(30_000)));
			this.hub.publisher().toTopic("sport", SseEvent.of("sport-" + i, "x".repeat(30_000)));
		}
		TestClient client = this.hub.client()
			.topics(topics)
			.lastEventId(start)
			.sink(FakeFrameSink.readyFor(2))
			.connect();
		client.awaitState(ConnectionState.REPLAYING);
		return client;
	}

	private List<String> names(String prefix) {
		return IntStream.range(0, 10).mapToObj((i) -> prefix + i).toList();
	}

	@Test
	void replaysNothingThatWasPublishedBeforeTheSubscription() {
		TestClient client = replaying("news");
		this.hub.connections().subscribe(client.id(), "sport");
		this.hub.publisher().toTopic("sport", SseEvent.of("after", "x"));
		client.sink().release();
		client.next("connected");
		assertThat(client.nextNames(10)).isEqualTo(names("news-"));
		client.next("after");
		client.assertExhausted();
	}

	@Test
	void replaysWhatWasPublishedBeforeTheTopicWasLeft() {
		TestClient client = replaying("news");
		this.hub.connections().unsubscribe(client.id(), "news");
		this.hub.publisher().toTopic("news", SseEvent.of("after", "x"));
		this.hub.broadcast("live");
		client.sink().release();
		client.next("connected");
		assertThat(client.nextNames(10)).isEqualTo(names("news-"));
		client.next("live");
		client.assertExhausted();
	}

	@Test
	void replaysByTheTopicsOfEachTimeWhenTheyChangeOften() {
		TestClient client = replaying("news");
		this.hub.connections().subscribe(client.id(), "sport");
		this.hub.connections().unsubscribe(client.id(), "news");
		this.hub.publisher().toTopics(List.of("news", "sport"), SseEvent.of("sport-only", "x"));
		this.hub.publisher().toTopic("news", SseEvent.of("nobody", "x"));
		this.hub.connections().unsubscribe(client.id(), "sport");
		this.hub.publisher().toTopic("sport", SseEvent.of("nobody-either", "x"));
		this.hub.connections().subscribe(client.id(), "news");
		this.hub.publisher().toTopic("news", SseEvent.of("news-again", "x"));
		client.sink().release();
		client.next("connected");
		assertThat(client.nextNames(10)).isEqualTo(names("news-"));
		assertThat(client.nextNames(2)).containsExactly("sport-only", "news-again");
		this.hub.publisher().toTopic("news", SseEvent.of("live", "x"));
		client.next("live");
		client.assertExhausted();
	}

	/**
	 * An error, unlike an exception, left the client in its replay for ever.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void endsAClientWhoseReplayFailsByAnError(boolean readsFromMemory) {
		HeldEventLog log = new HeldEventLog(TestHub.memoryLog(100), readsFromMemory);
		restart((options) -> options.log = log);
		String start = head();
		this.hub.broadcast("missed");
		log.onRead(() -> {
			throw new NoClassDefFoundError("expected by the test");
		});
		TestClient client = this.hub.client().lastEventId(start).connect();
		client.sink().awaitCompleted();
		client.awaitState(ConnectionState.CLOSED);
		assertThat(this.hub.statistics().disconnects(CloseReason.ERROR)).isOne();
		log.onRead(() -> {
		});
		assertThat(this.hub.client().lastEventId(start).connect().nextNames(2)).containsExactly("connected", "missed");
	}

	/**
	 * What a controller sends to a client that comes back is queued beside the first of
	 * what it missed. Both together must not look like a client that is too slow, or it
	 * would come back for ever.
	 */
	@Test
	void sendsEarlyEventsToAClientThatMissedMuch() throws Exception {
		restart((options) -> options.bufferEvents = 16);
		String start = head();
		IntStream.range(0, 100).forEach((i) -> this.hub.broadcast("event-" + i));
		TestHub.Client request = this.hub.client().lastEventId(start);
		HubConnection connection = request.build();
		connection.send(SseEmitter.event().name("early").data("x"));
		TestClient client = request.connect(connection);
		List<String> names = client.nextNames(102);
		assertThat(names).startsWith("connected").containsOnlyOnce("early");
		assertThat(names).filteredOn((name) -> name.startsWith("event-"))
			.containsExactlyElementsOf(IntStream.range(0, 100).mapToObj((i) -> "event-" + i).toList());
		client.assertExhausted();
	}

	/**
	 * The same for what is sent in the middle of a replay to a client that takes
	 * everything.
	 */
	@Test
	void sendsEventsToAClientInTheMiddleOfItsReplay() throws Exception {
		restart((options) -> {
			options.bufferEvents = 16;
			options.threads = 1;
			options.history = 2000;
		});
		String start = head();
		IntStream.range(0, 2000).forEach((i) -> this.hub.broadcast("event-" + i));
		FakeFrameSink sink = FakeFrameSink.ready();
		TestHub.Client request = this.hub.client().lastEventId(start).sink(sink);
		HubConnection connection = request.build();
		CountDownLatch sent = new CountDownLatch(1);
		sink.onWrite((bytes) -> {
			// From another thread while the loop writes, so that it comes when the queue
			// has been refilled.
			if (connection.getMessageCount() >= 128 && sent.getCount() > 0) {
				sent.countDown();
				CompletableFuture.runAsync(() -> send(connection)).join();
			}
		});
		TestClient client = request.connect(connection);
		List<String> names = client.nextNames(2002);
		assertThat(names).filteredOn((name) -> name.startsWith("event-"))
			.containsExactlyElementsOf(IntStream.range(0, 2000).mapToObj((i) -> "event-" + i).toList());
		assertThat(names).containsOnlyOnce("sent");
	}

	private static void send(HubConnection connection) {
		try {
			connection.send(SseEmitter.event().name("sent").data("x"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The inbox of the loop is full and the log waits, in an append, for room in it.
	 * Publishers wait before that, unless several have found the same room. The next
	 * thing the loop has to do is to read the log for a client that resumes.
	 */
	@Test
	void replaysWhileTheLogWaitsForTheLoop() throws Exception {
		restart((options) -> {
			options.threads = 1;
			options.inboxCapacity = 16;
		});
		String start = head();
		this.hub.broadcast("event-0");
		CountDownLatch blocked = new CountDownLatch(1);
		CountDownLatch gate = new CountDownLatch(1);
		FakeFrameSink blocking = FakeFrameSink.ready();
		blocking.onResume(() -> {
			blocked.countDown();
			await(gate);
		});
		this.hub.client().sink(blocking).connect();
		await(blocked);
		TestClient client = this.hub.client().lastEventId(start).connect();
		CompletableFuture<Void> publisher = CompletableFuture
			.runAsync(() -> IntStream.range(1, 100).forEach((i) -> append("event-" + i)));
		TestHub.eventually("what is waited for")
			.until(() -> this.hub.hub().log().head().offset() > 16 && this.hub.hub().loopDepths().containsValue(16L));
		gate.countDown();
		publisher.get(TestHub.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		client.next("connected");
		IntStream.range(0, 100).forEach((i) -> client.next("event-" + i));
	}

	private void append(String name) {
		this.hub.hub()
			.log()
			.append(new LogRecord(Target.broadcast(), name, null, null, false, EventEncoder.fields(name, null, "x")));
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
