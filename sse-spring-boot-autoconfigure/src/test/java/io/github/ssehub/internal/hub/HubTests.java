package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionClosedException;
import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.DropReason;
import io.github.ssehub.EventTooLargeException;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.Published;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.TopicsDisabledException;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SseHub}: connecting, publishing, subscribing and the end. Resuming has
 * its own tests.
 */
class HubTests {

	private TestHub hub = TestHub.start();

	@AfterEach
	void leavesNothingBehind() {
		try {
			if (this.hub.hub().isStarted()) {
				this.hub.assertLeavesNothingBehind();
			}
		}
		finally {
			this.hub.close();
		}
	}

	private void restart(Consumer<TestHub.Options> customizer) {
		this.hub.close();
		this.hub = TestHub.start(customizer);
	}

	// Connecting

	@Test
	void tellsAClientWhoItIsAndWhereItIs() {
		Published published = this.hub.broadcast("before");
		TestClient client = this.hub.client().user("alice").topics("b", "a").events("x").connect();
		SseRecorder.Event event = client.next("connected");
		assertThat(client.retry()).isEqualTo("3000");
		assertThat(event.id()).isEqualTo(published.position());
		JsonNode data = TestClient.json(event);
		assertThat(data.get("client_id").asString()).isEqualTo(client.id());
		assertThat(data.get("user_id").asString()).isEqualTo("alice");
		assertThat(data.get("topics").toString()).isEqualTo("[\"b\",\"a\"]");
		assertThat(data.get("events").toString()).isEqualTo("[\"x\"]");
		assertThat(data.get("timestamp").asLong()).isBetween(1_700_000_000L, 10_000_000_000L);
		assertThat(client.connection().getState()).isEqualTo(ConnectionState.OPEN);
		client.assertExhausted();
	}

	@Test
	void findsConnections() {
		TestClient first = this.hub.client().user("alice").topics("news").connected();
		TestClient second = this.hub.client().user("alice").connected();
		TestClient third = this.hub.client().topics("news", "sport").connected();
		assertThat(this.hub.connections().find(first.id())).containsSame(first.connection());
		assertThat(this.hub.connections().find("unknown")).isEmpty();
		assertThat(this.hub.connections().list()).containsExactlyInAnyOrder(first.connection(), second.connection(),
				third.connection());
		assertThat(this.hub.connections().ofUser("alice")).containsExactlyInAnyOrder(first.connection(),
				second.connection());
		assertThat(this.hub.connections().ofTopic("news")).containsExactlyInAnyOrder(first.connection(),
				third.connection());
		assertThat(this.hub.connections().count()).isEqualTo(3);
		assertThat(this.hub.connections().users()).isEqualTo(Map.of("alice", 2));
		assertThat(this.hub.connections().topics()).isEqualTo(Map.of("news", 2, "sport", 1));
		assertThat(this.hub.hub().isOnline("alice")).isTrue();
		assertThat(this.hub.hub().isOnline("bob")).isFalse();
		assertThat(this.hub.connections().users()).containsOnlyKeys("alice");
	}

	@Test
	void doesNotFindAConnectionBeforeItIsOpen() {
		HubConnection connection = this.hub.client().build();
		assertThat(connection.getState()).isEqualTo(ConnectionState.CREATED);
		assertThat(this.hub.connections().find(connection.getId())).isEmpty();
		assertThat(this.hub.connections().count()).isZero();
	}

	@Test
	void spreadsConnectionsOverItsLoops() {
		Set<ConnectionShard> shards = new HashSet<>();
		for (int i = 0; i < 4; i++) {
			shards.add(this.hub.client().connected().connection().shard());
		}
		assertThat(shards).hasSize(2).allSatisfy((shard) -> assertThat(shard.index().all().size()).isEqualTo(2));
	}

	@Test
	void refusesWhatAConnectionCannotHave() {
		restart((options) -> options.maxTopics = 2);
		assertThatIllegalArgumentException().isThrownBy(() -> this.hub.client().topics("a", "b", "c"))
			.withMessage("A connection may have at most 2 topics (sse.topics.max-per-connection)");
		assertThatIllegalArgumentException().isThrownBy(() -> this.hub.client().topics("a,b"));
		assertThatIllegalArgumentException().isThrownBy(() -> this.hub.client().events("connected"));
		this.hub.client().topics("a", "b", "a").connected();
	}

	// Publishing

	@Test
	void publishesToAll() {
		TestClient first = this.hub.client().user("alice").connected();
		TestClient second = this.hub.client().connected();
		Published published = this.hub.broadcast("news");
		assertThat(published.recipients()).isEqualTo(2);
		assertThat(published.duplicate()).isFalse();
		assertThat(first.next("news")).isEqualTo(second.next("news"))
			.isEqualTo(new SseRecorder.Event(published.position(), "news", "news"));
	}

	@Test
	void publishesOnceToAllOthersWhenSomeAreLostOnTheWay() {
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			clients.add(this.hub.client().connected());
		}
		List<TestClient> lost = List.of(clients.get(0), clients.get(7), clients.get(20), clients.get(21),
				clients.get(49));
		lost.forEach((client) -> client.sink().breakWith(new IOException("Connection reset by peer")));
		this.hub.broadcast("first");
		this.hub.broadcast("second");
		lost.forEach((client) -> client.awaitState(ConnectionState.CLOSED));
		clients.removeAll(lost);
		assertThat(clients).hasSize(45).allSatisfy((client) -> {
			assertThat(client.nextNames(2)).containsExactly("first", "second");
			client.assertExhausted();
		});
		assertThat(this.hub.connections().count()).isEqualTo(45);
	}

	@Test
	void publishesToAllConnectionsOfAUser() {
		TestClient first = this.hub.client().user("alice").connected();
		TestClient second = this.hub.client().user("alice").connected();
		TestClient bob = this.hub.client().user("bob").connected();
		TestClient anonymous = this.hub.client().connected();
		assertThat(this.hub.publisher().toUser("alice", SseEvent.of("hi", "hi")).recipients()).isEqualTo(2);
		this.hub.broadcast("marker");
		assertThat(first.nextNames(2)).containsExactly("hi", "marker");
		assertThat(second.nextNames(2)).containsExactly("hi", "marker");
		bob.next("marker");
		anonymous.next("marker");
		assertThat(this.hub.publisher().toUser("carol", SseEvent.of("hi", "hi")).recipients()).isZero();
	}

	@Test
	void publishesToTheConnectionsOfATopic() {
		TestClient subscribed = this.hub.client().topics("news").connected();
		TestClient other = this.hub.client().topics("sport").connected();
		assertThat(this.hub.publisher().toTopic("news", SseEvent.of("hi", "hi")).recipients()).isOne();
		this.hub.broadcast("marker");
		assertThat(subscribed.nextNames(2)).containsExactly("hi", "marker");
		other.next("marker");
	}

	@Test
	void publishesOnceToAConnectionOfSeveralTopics() {
		TestClient both = this.hub.client().topics("news", "sport").connected();
		TestClient one = this.hub.client().topics("sport").connected();
		TestClient none = this.hub.client().topics("weather").connected();
		Published published = this.hub.publisher()
			.toTopics(List.of("news", "sport", "nobody"), SseEvent.of("hi", "hi"));
		assertThat(published.recipients()).isEqualTo(2);
		this.hub.publisher().toTopics(List.of("sport", "news"), SseEvent.of("again", "hi"));
		this.hub.broadcast("marker");
		assertThat(both.nextNames(3)).containsExactly("hi", "again", "marker");
		assertThat(one.nextNames(3)).containsExactly("hi", "again", "marker");
		none.next("marker");
	}

	@Test
	void publishesToOneConnection() {
		TestClient first = this.hub.client().user("alice").connected();
		TestClient second = this.hub.client().user("alice").connected();
		assertThat(this.hub.publisher().toConnection(first.id(), SseEvent.of("hi", "hi")).recipients()).isOne();
		assertThat(this.hub.publisher().toConnection("gone", SseEvent.of("hi", "hi")).recipients()).isZero();
		this.hub.broadcast("marker");
		assertThat(first.nextNames(2)).containsExactly("hi", "marker");
		second.next("marker");
	}

	@Test
	void deliversOnlyTheEventsAClientAskedFor() {
		TestClient all = this.hub.connect();
		TestClient some = this.hub.client().events("b", "message").connect();
		assertThat(all.nextNames(1)).containsExactly("connected");
		assertThat(some.nextNames(1)).containsExactly("connected");
		this.hub.broadcast("a");
		this.hub.publisher().broadcast(SseEvent.of("unnamed"));
		this.hub.broadcast("b");
		assertThat(all.nextNames(3)).containsExactly("a", "message", "b");
		assertThat(some.nextNames(2)).containsExactly("message", "b");
	}

	@Test
	void deliversAnEphemeralEventWithoutAPosition() {
		TestClient client = this.hub.connect();
		String position = client.next("connected").id();
		Published published = this.hub.publisher().broadcast(SseEvent.named("typing").data("x").ephemeral().build());
		assertThat(published.position()).isNull();
		assertThat(published.recipients()).isOne();
		assertThat(client.next("typing").id()).isEqualTo(position);
	}

	@Test
	void deliversAnIdOnce() {
		TestClient client = this.hub.client().connected();
		Published first = this.hub.publisher().broadcast(SseEvent.named("a").data("1").id("id-1").build());
		Published second = this.hub.publisher().broadcast(SseEvent.named("a").data("2").id("id-1").build());
		assertThat(second).isEqualTo(new Published(first.position(), 0, true));
		this.hub.broadcast("marker");
		assertThat(client.nextNames(2)).containsExactly("a", "marker");
		assertThat(this.hub.statistics().publications(Target.Type.BROADCAST)).isEqualTo(2);
	}

	@Test
	void sendsTextAsItIsAndOtherDataAsJson() {
		TestClient client = this.hub.client().connected();
		this.hub.publisher().broadcast(SseEvent.of("text", "{\"not\": parsed\n\u2028"));
		this.hub.publisher().broadcast(SseEvent.of("text", new StringBuilder("builder")));
		this.hub.publisher().broadcast(SseEvent.of("json", Map.of("a", List.of(1, 2))));
		assertThat(client.next("text").data()).isEqualTo("{\"not\": parsed\n\u2028");
		assertThat(client.next("text").data()).isEqualTo("builder");
		assertThat(client.next("json").data()).isEqualTo("{\"a\":[1,2]}");
	}

	@Test
	void publishesNothingThatIsTooLarge() {
		restart((options) -> options.maxEventBytes = 100);
		TestClient client = this.hub.client().connected();
		int overhead = "event: a\ndata: \n".length();
		this.hub.publisher().broadcast(SseEvent.of("a", "x".repeat(100 - overhead)));
		assertThatExceptionOfType(EventTooLargeException.class)
			.isThrownBy(() -> this.hub.publisher().broadcast(SseEvent.of("a", "x".repeat(101 - overhead))))
			.withMessage("The event has 101 bytes, more than the 100 that sse.max-event-size allows");
		this.hub.broadcast("marker");
		assertThat(client.nextNames(2)).containsExactly("a", "marker");
		assertThat(this.hub.hub().log().head().offset()).isEqualTo(2);
	}

	@Test
	void publishesNothingThatCannotBeConverted() {
		restart((options) -> options.converter = (data) -> {
			if (data instanceof Thread) {
				throw new IllegalArgumentException("No JSON");
			}
			return data.toString();
		});
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.hub.publisher().broadcast(SseEvent.of("a", Thread.currentThread())))
			.withMessage("No JSON");
		assertThat(this.hub.hub().log().head().offset()).isZero();
		assertThat(this.hub.statistics().publications(Target.Type.BROADCAST)).isZero();
	}

	@Test
	void hasNoTopicsWhenTheyAreSwitchedOff() {
		restart((options) -> options.topicsEnabled = false);
		TestClient client = this.hub.client().connected();
		assertThatExceptionOfType(TopicsDisabledException.class)
			.isThrownBy(() -> this.hub.publisher().toTopic("news", SseEvent.of("hi")));
		assertThatExceptionOfType(TopicsDisabledException.class).isThrownBy(() -> this.hub.client().topics("news"));
		assertThatExceptionOfType(TopicsDisabledException.class)
			.isThrownBy(() -> this.hub.connections().subscribe(client.id(), "news"));
		assertThat(this.hub.hub().log().head().offset()).isZero();
	}

	@Test
	void countsWhatItDelivers() {
		TestClient first = this.hub.client().user("alice").topics("news").connected();
		TestClient second = this.hub.client().connected();
		this.hub.broadcast("a");
		this.hub.publisher().toUser("alice", SseEvent.of("b", "x"));
		this.hub.publisher().toTopic("news", SseEvent.of("c", "x"));
		this.hub.publisher().toConnection("gone", SseEvent.of("d", "x"));
		this.hub.broadcast("marker");
		assertThat(first.nextNames(4)).containsExactly("a", "b", "c", "marker");
		assertThat(second.nextNames(2)).containsExactly("a", "marker");
		HubStatistics statistics = this.hub.statistics();
		assertThat(statistics.totalConnections()).isEqualTo(2);
		assertThat(statistics.messagesDelivered()).isEqualTo(6);
		assertThat(first.connection().getMessageCount()).isEqualTo(4);
		assertThat(second.connection().getMessageCount()).isEqualTo(2);
		assertThat(statistics.bytesDelivered())
			.isEqualTo(first.connection().getBytesSent() + second.connection().getBytesSent());
		assertThat(statistics.publications(Target.Type.BROADCAST)).isEqualTo(2);
		assertThat(statistics.publications(Target.Type.USER)).isOne();
		assertThat(statistics.publications(Target.Type.TOPIC)).isOne();
		assertThat(statistics.publications(Target.Type.CONNECTION)).isOne();
	}

	/**
	 * Once for each loop that had something to write, so a loop without a connection that
	 * an event is for tells nothing.
	 */
	@Test
	void tellsItsObserverHowLongThingsTook() {
		AtomicInteger delivered = new AtomicInteger();
		AtomicInteger closed = new AtomicInteger();
		restart((options) -> options.observer = new HubObserver() {

			@Override
			public void onDelivered(long nanos) {
				delivered.addAndGet((nanos > 0 && nanos < TestHub.PATIENCE.toNanos()) ? 1 : 100);
			}

			@Override
			public void onClosed(long nanos) {
				closed.incrementAndGet();
			}

		});
		TestClient client = this.hub.client().connected();
		this.hub.broadcast("a");
		this.hub.publisher().toUser("nobody", SseEvent.of("b", "x"));
		this.hub.broadcast("marker");
		assertThat(client.nextNames(2)).containsExactly("a", "marker");
		client.drop();
		TestHub.eventually("what is waited for").until(() -> closed.get() == 1);
		this.hub.close();
		assertThat(delivered).hasValue(2);
	}

	@Test
	void keepsDeliveringWhenItsObserverFails() {
		restart((options) -> options.observer = new HubObserver() {

			@Override
			public void onDelivered(long nanos) {
				throw new IllegalStateException("expected by the test");
			}

		});
		TestClient client = this.hub.client().connected();
		this.hub.broadcast("a");
		client.next("a");
		this.hub.broadcast("b");
		client.next("b");
	}

	@Test
	void endsASlowConsumerAndNobodyElse() {
		restart((options) -> {
			options.threads = 1;
			options.bufferEvents = 8;
		});
		FakeFrameSink sink = FakeFrameSink.ready();
		TestClient slow = this.hub.client().sink(sink).connected();
		TestClient fast = this.hub.client().connected();
		sink.stall();
		for (int i = 0; i < 100; i++) {
			this.hub.broadcast("event-" + i);
		}
		for (int i = 0; i < 100; i++) {
			fast.next("event-" + i);
		}
		slow.awaitState(ConnectionState.CLOSED);
		sink.awaitAbandoned();
		assertThat(this.hub.connections().find(slow.id())).isEmpty();
		assertThat(this.hub.connections().count()).isOne();
		assertThat(this.hub.statistics().disconnects(CloseReason.SLOW_CONSUMER)).isOne();
		assertThat(this.hub.statistics().drops(DropReason.CLOSED)).isEqualTo(9);
	}

	@Test
	void tellsOfDroppedEvents() {
		restart((options) -> {
			options.bufferEvents = 4;
			options.overflow = OverflowPolicy.DROP_NEWEST;
		});
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		TestClient client = this.hub.client().sink(sink).connected();
		for (int i = 0; i < 5; i++) {
			this.hub.broadcast("event-" + i);
		}
		assertThat(this.hub.nextCall()).isEqualTo("connected " + client.id());
		assertThat(this.hub.nextCall()).isEqualTo("dropped " + client.id() + " drop-newest 1");
		sink.release();
		assertThat(client.nextNames(4)).containsExactly("event-0", "event-1", "event-2", "event-3");
		assertThat(this.hub.statistics().drops(DropReason.DROP_NEWEST)).isOne();
	}

	// Topics of live connections

	@Test
	void deliversWhatIsPublishedAfterSubscribing() {
		TestClient client = this.hub.client().connected();
		for (int i = 0; i < 100; i++) {
			String topic = "topic-" + i;
			assertThat(this.hub.connections().subscribe(client.id(), topic)).isTrue();
			assertThat(this.hub.publisher().toTopic(topic, SseEvent.of("in", topic)).recipients()).isOne();
			assertThat(this.hub.connections().unsubscribe(client.id(), topic)).isTrue();
			assertThat(this.hub.publisher().toTopic(topic, SseEvent.of("out", topic)).recipients()).isZero();
		}
		this.hub.broadcast("marker");
		for (int i = 0; i < 100; i++) {
			assertThat(client.next("in").data()).isEqualTo("topic-" + i);
		}
		client.next("marker");
		assertThat(this.hub.connections().topics()).isEmpty();
	}

	/**
	 * While the loop lags: what was published before the call is delivered as if the call
	 * had not been made yet.
	 */
	@Test
	void deliversWhatWasPublishedBeforeUnsubscribingAndNothingFromBeforeSubscribing() throws Exception {
		restart((options) -> options.threads = 1);
		CountDownLatch gate = new CountDownLatch(1);
		TestClient client = this.hub.client().topics("old").connected();
		FakeFrameSink blocking = FakeFrameSink.ready();
		CountDownLatch blocked = new CountDownLatch(1);
		blocking.onResume(() -> {
			blocked.countDown();
			await(gate);
		});
		this.hub.client().sink(blocking).connect();
		await(blocked);
		this.hub.publisher().toTopic("old", SseEvent.of("in", "1"));
		this.hub.publisher().toTopic("new", SseEvent.of("out", "2"));
		CompletableFuture<Boolean> changed = CompletableFuture
			.supplyAsync(() -> this.hub.connections().unsubscribe(client.id(), "old")
					&& this.hub.connections().subscribe(client.id(), "new"));
		gate.countDown();
		assertThat(changed.get(10, TimeUnit.SECONDS)).isTrue();
		this.hub.publisher().toTopic("old", SseEvent.of("out", "3"));
		this.hub.publisher().toTopic("new", SseEvent.of("in", "4"));
		assertThat(client.next("in").data()).isEqualTo("1");
		assertThat(client.next("in").data()).isEqualTo("4");
		client.assertExhausted();
	}

	@Test
	void changesNothingWhenSubscribingTwice() {
		TestClient client = this.hub.client().topics("news").connected();
		assertThat(this.hub.connections().subscribe(client.id(), "news")).isTrue();
		assertThat(client.connection().getTopics()).containsExactly("news");
		assertThat(this.hub.connections().topics()).isEqualTo(Map.of("news", 1));
		assertThat(this.hub.connections().unsubscribe(client.id(), "sport")).isTrue();
		assertThat(this.hub.connections().unsubscribe(client.id(), "news")).isTrue();
		assertThat(this.hub.connections().unsubscribe(client.id(), "news")).isTrue();
		assertThat(this.hub.connections().topics()).isEmpty();
		assertThat(client.connection().getTopics()).isEmpty();
	}

	@Test
	void refusesMoreTopicsThanAConnectionMayHave() {
		restart((options) -> options.maxTopics = 2);
		TestClient client = this.hub.client().topics("a", "b").connected();
		assertThatIllegalArgumentException().isThrownBy(() -> this.hub.connections().subscribe(client.id(), "c"))
			.withMessage("The connection has 2 topics, as many as sse.topics.max-per-connection allows");
		assertThatIllegalArgumentException().isThrownBy(() -> this.hub.connections().subscribe(client.id(), "a,b"));
		assertThat(this.hub.connections().subscribe(client.id(), "b")).isTrue();
		assertThat(client.connection().getTopics()).containsExactly("a", "b");
	}

	@Test
	void changesNoTopicsOfAConnectionThatIsGone() {
		TestClient client = this.hub.client().topics("news").connected();
		client.drop();
		assertThat(this.hub.connections().subscribe(client.id(), "sport")).isFalse();
		assertThat(this.hub.connections().unsubscribe(client.id(), "news")).isFalse();
		assertThat(this.hub.connections().subscribe("unknown", "sport")).isFalse();
	}

	// Sending to one connection as an emitter

	@Test
	void sendsToAConnectionAlone() throws Exception {
		TestClient client = this.hub.client().connected();
		TestClient other = this.hub.client().connected();
		client.connection().send(SseEmitter.event().name("hi").id("x").data(Map.of("a", 1)).comment("c"));
		client.connection().send("plain");
		this.hub.broadcast("marker");
		assertThat(client.next()).isEqualTo(new SseRecorder.Event("x", "hi", "{\"a\":1}"));
		assertThat(client.next("message").data()).isEqualTo("plain");
		client.next("marker");
		other.next("marker");
	}

	@Test
	void keepsTheOrderOfWhatOneThreadSendsAndPublishes() throws Exception {
		TestClient client = this.hub.client().connected();
		for (int i = 0; i < 50; i++) {
			client.connection().send(SseEmitter.event().name("sent-" + i).data("x"));
			this.hub.broadcast("published-" + i);
		}
		for (int i = 0; i < 50; i++) {
			client.next("sent-" + i);
			client.next("published-" + i);
		}
	}

	/**
	 * U+2028 and its like end a line for a regular expression and for no event stream.
	 * Split there, the JSON would hold a line feed within a string.
	 */
	@Test
	void sendsJsonWithOtherLineSeparatorsAsItIs() throws Exception {
		TestClient client = this.hub.client().connected();
		Map<String, String> data = Map.of("text", "a\u2028b\u2029c\u0085d");
		client.connection().send(data);
		assertThat(TestClient.json(client.next("message")).get("text").asString()).isEqualTo(data.get("text"));
	}

	@Test
	void sendsTextThatIsNoStringAsOneEvent() throws Exception {
		TestClient client = this.hub.client().connected();
		client.connection().send(SseEmitter.event().data(new StringBuilder("x\n\nevent: reset\ndata: forged")));
		assertThat(client.next("message").data()).isEqualTo("x\n\nevent: reset\ndata: forged");
		client.assertExhausted();
	}

	@Test
	void sendsJsonOfSeveralLinesAsOneEvent() throws Exception {
		restart((options) -> options.converter = (data) -> "{\n  \"a\": 1,\r\n  \"b\": 2\r}");
		TestClient client = this.hub.client().connected();
		client.connection().send(Map.of());
		JsonNode data = TestClient.json(client.next("message"));
		assertThat(data.get("a").asInt()).isOne();
		assertThat(data.get("b").asInt()).isEqualTo(2);
		client.assertExhausted();
	}

	@Test
	void deliversWhatWasSentBeforeTheConnectionWasReturned() throws Exception {
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		connection.send(SseEmitter.event().name("early-1").data("x"));
		connection.send(SseEmitter.event().name("early-2").data("x"));
		TestClient client = request.connect(connection);
		assertThat(client.nextNames(3)).containsExactly("connected", "early-1", "early-2");
		this.hub.broadcast("later");
		client.next("later");
	}

	@Test
	void endsAConnectionThatWasCompletedBeforeItWasReturned() throws Exception {
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		connection.send(SseEmitter.event().name("early").data("x"));
		connection.complete();
		TestClient client = request.connect(connection);
		assertThat(client.nextNames(2)).containsExactly("connected", "early");
		client.sink().awaitCompleted();
		assertThat(this.hub.nextCall()).isEqualTo("connected " + client.id());
		assertThat(this.hub.nextCall()).isEqualTo("disconnected " + client.id() + " completed");
	}

	@Test
	void sendsNothingThatIsTooLarge() throws Exception {
		restart((options) -> options.maxEventBytes = 100);
		TestClient client = this.hub.client().connected();
		assertThatExceptionOfType(EventTooLargeException.class)
			.isThrownBy(() -> client.connection().send("x".repeat(200)));
		client.connection().send("fine");
		assertThat(client.next("message").data()).isEqualTo("fine");
	}

	@Test
	void sendsNothingAfterTheEnd() {
		TestClient client = this.hub.client().connected();
		client.drop();
		assertThatIllegalStateException().isThrownBy(() -> client.connection().send("late"));
	}

	// The end

	@Test
	void disconnectsForGood() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		TestClient client = this.hub.client().sink(sink).connected();
		this.hub.broadcast("queued");
		assertThat(this.hub.connections().disconnect(client.id())).isTrue();
		assertThat(this.hub.connections().disconnect(client.id())).isFalse();
		assertThat(client.connection().getState()).isEqualTo(ConnectionState.CLOSING);
		this.hub.broadcast("late");
		sink.release();
		client.next("queued");
		SseRecorder.Event close = client.next("close");
		assertThat(close.data()).isEqualTo("{\"reason\":\"disconnected\"}");
		assertThat(LastEventId.parse(close.id()).last()).isTrue();
		sink.awaitCompleted();
		client.awaitState(ConnectionState.CLOSED);
		client.assertExhausted();
		assertThat(this.hub.nextCall()).isEqualTo("connected " + client.id());
		assertThat(this.hub.nextCall()).isEqualTo("disconnected " + client.id() + " disconnected");
		assertThat(this.hub.connections().disconnect("unknown")).isFalse();
	}

	@Test
	void endsAConnectionOnceForTheFirstReason() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		TestClient client = this.hub.client().sink(sink).connected();
		client.connection().complete();
		client.connection().completeWithError(new IllegalStateException("expected by the test"));
		client.connection().complete();
		client.awaitState(ConnectionState.CLOSING);
		client.drop();
		assertThat(this.hub.nextCall()).isEqualTo("connected " + client.id());
		assertThat(this.hub.nextCall()).isEqualTo("disconnected " + client.id() + " completed");
		assertThat(this.hub.statistics().disconnects(CloseReason.COMPLETED)).isOne();
		assertThat(this.hub.statistics().disconnects(CloseReason.CLIENT_GONE)).isZero();
		this.hub.connect();
		assertThat(this.hub.nextCall()).startsWith("connected ");
	}

	@Test
	void runsTheCallbacksOfAnEmitter() throws Exception {
		TestClient client = this.hub.client().connected();
		AtomicReference<Throwable> error = new AtomicReference<>();
		AtomicBoolean timeout = new AtomicBoolean();
		CountDownLatch completed = new CountDownLatch(1);
		client.connection().onError((ex) -> {
			throw new IllegalStateException("expected by the test");
		});
		client.connection().onError(error::set);
		client.connection().onTimeout(() -> timeout.set(true));
		client.connection().onCompletion(completed::countDown);
		IllegalStateException cause = new IllegalStateException("cause");
		client.connection().completeWithError(cause);
		await(completed);
		assertThat(error).hasValue(cause);
		assertThat(timeout).isFalse();
		client.sink().awaitCompleted();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void runsTheCallbacksOfAConnectionThatIsNeverOpened(boolean admitted) throws Exception {
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		BlockingQueue<String> calls = new LinkedBlockingQueue<>();
		connection.onError((ex) -> calls.add(ex.getMessage()));
		connection.onTimeout(() -> calls.add("timeout"));
		connection.onCompletion(() -> calls.add("completed"));
		connection.send("never seen");
		if (admitted) {
			connection.admit(request.request());
		}
		connection.cancel(new IllegalStateException("expected by the test"));
		connection.cancel(null);
		assertThat(calls.poll(10, TimeUnit.SECONDS)).isEqualTo("expected by the test");
		assertThat(calls.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
		assertThat(connection.getState()).isEqualTo(ConnectionState.CLOSED);
		assertThatIllegalStateException().isThrownBy(() -> connection.admit(request.request()));
		assertThat(calls).isEmpty();
		assertThat(this.hub.takeCalls()).isEmpty();
	}

	@Test
	void tellsTheErrorThatEndedAConnectionThatIsNeverOpened() throws Exception {
		HubConnection connection = this.hub.client().build();
		AtomicReference<Throwable> error = new AtomicReference<>();
		CountDownLatch completed = new CountDownLatch(1);
		connection.onError(error::set);
		connection.onCompletion(completed::countDown);
		IllegalStateException cause = new IllegalStateException("expected by the test");
		connection.completeWithError(cause);
		connection.cancel(null);
		await(completed);
		assertThat(error).hasValue(cause);
	}

	/**
	 * An error of the server, such as a lack of memory, took the event away from all
	 * connections behind the one that met it, and left that one open in the middle of an
	 * event.
	 */
	@Test
	void endsTheConnectionThatMeetsAnErrorAndServesTheOthers() {
		restart((options) -> options.threads = 1);
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			clients.add(this.hub.client().connected());
		}
		clients.get(2).sink().onWrite((bytes) -> {
			throw new OutOfMemoryError("expected by the test");
		});
		this.hub.broadcast("event");
		clients.get(2).awaitState(ConnectionState.CLOSED);
		for (int i : new int[] { 0, 1, 3, 4 }) {
			clients.get(i).next("event");
		}
		assertThat(clients.get(2).connection().getMessageCount()).isZero();
		assertThat(this.hub.statistics().drops(DropReason.CLOSED)).isOne();
	}

	/**
	 * Whoever cleans up by a callback may come late: the client can be gone before it is
	 * registered.
	 */
	@Test
	void runsACallbackThatIsRegisteredAfterTheEnd() throws Exception {
		TestClient client = this.hub.client().connected();
		client.drop();
		assertThat(this.hub.nextCall()).startsWith("connected");
		assertThat(this.hub.nextCall()).startsWith("disconnected");
		BlockingQueue<String> calls = new LinkedBlockingQueue<>();
		client.connection().onTimeout(() -> calls.add("timeout"));
		client.connection().onError((ex) -> calls.add(ex.getMessage()));
		client.connection().onCompletion(() -> calls.add("completed"));
		assertThat(calls.poll(10, TimeUnit.SECONDS)).isEqualTo("Connection reset by peer");
		assertThat(calls.poll(10, TimeUnit.SECONDS)).isEqualTo("completed");
		assertThat(calls).isEmpty();
	}

	@Test
	void tellsTheErrorCallbackOfASlowConsumer() throws Exception {
		restart((options) -> options.bufferEvents = 2);
		TestClient client = this.hub.client().connected();
		client.sink().stall();
		AtomicReference<Throwable> error = new AtomicReference<>();
		CountDownLatch completed = new CountDownLatch(1);
		client.connection().onError(error::set);
		client.connection().onCompletion(completed::countDown);
		for (int i = 0; i < 10; i++) {
			this.hub.broadcast("event-" + i);
		}
		await(completed);
		assertThat(error.get()).isInstanceOf(ConnectionClosedException.class).hasMessageContaining("slow-consumer");
	}

	@Test
	void runsTheTimeoutCallbackWhenTheClientTimesOut() throws Exception {
		TestClient client = this.hub.client().connected();
		AtomicBoolean timeout = new AtomicBoolean();
		CountDownLatch completed = new CountDownLatch(1);
		client.connection().onTimeout(() -> timeout.set(true));
		client.connection().onCompletion(completed::countDown);
		client.sink().report(new SocketTimeoutException());
		await(completed);
		assertThat(timeout).isTrue();
		assertThat(this.hub.statistics().disconnects(CloseReason.CLIENT_TIMEOUT)).isOne();
	}

	/**
	 * Users, topics and places are counted: an end that is noticed twice must not take
	 * away what belongs to another connection.
	 */
	@Test
	void leavesTheOtherConnectionsOfAUserAloneHoweverOftenOneEnds() {
		restart((options) -> options.maxConnections = 2);
		TestClient first = this.hub.client().user("alice").topics("news").connected();
		TestClient second = this.hub.client().user("alice").topics("news").connected();
		first.connection().complete();
		first.sink().report(new IOException("gone"));
		first.sink().report(new IOException("gone"));
		this.hub.connections().disconnect(first.id());
		first.awaitState(ConnectionState.CLOSED);
		assertThat(this.hub.connections().users()).isEqualTo(Map.of("alice", 1));
		assertThat(this.hub.connections().topics()).isEqualTo(Map.of("news", 1));
		assertThat(this.hub.connections().list()).containsExactly(second.connection());
		this.hub.broadcast("news");
		second.next("news");
		this.hub.connect();
		assertThatExceptionOfType(ConnectionRefusedException.class).isThrownBy(this.hub::connect);
	}

	// Listeners

	@Test
	void goesOnWhenAListenerFails() {
		SseConnectionListener failing = new SseConnectionListener() {

			@Override
			public void onConnected(SseConnection connection) {
				throw new IllegalStateException("expected by the test");
			}

			@Override
			public void onDisconnected(SseConnection connection, CloseReason reason) {
				throw new AssertionError("expected by the test");
			}

		};
		restart((options) -> options.listeners = List.of(failing));
		TestClient client = this.hub.client().connected();
		assertThat(this.hub.nextCall()).isEqualTo("connected " + client.id());
		this.hub.broadcast("a");
		client.next("a");
		client.drop();
		assertThat(this.hub.nextCall()).isEqualTo("disconnected " + client.id() + " client-gone");
	}

	@Test
	void tellsOfAConnectionBeforeItTellsOfItsEnd() {
		for (int i = 0; i < 50; i++) {
			TestHub.Client request = this.hub.client();
			HubConnection connection = request.build();
			connection.complete();
			request.connect(connection);
			assertThat(this.hub.nextCall()).isEqualTo("connected " + connection.getId());
			assertThat(this.hub.nextCall()).isEqualTo("disconnected " + connection.getId() + " completed");
		}
	}

	@Test
	void deliversWhileAListenerTakesItsTime() {
		CountDownLatch gate = new CountDownLatch(1);
		List<Thread> threads = new CopyOnWriteArrayList<>();
		SseConnectionListener slow = new SseConnectionListener() {

			@Override
			public void onConnected(SseConnection connection) {
				threads.add(Thread.currentThread());
				await(gate);
			}

		};
		restart((options) -> options.listeners = List.of(slow));
		TestClient first = this.hub.client().connected();
		TestClient second = this.hub.client().connected();
		this.hub.broadcast("a");
		first.next("a");
		second.next("a");
		gate.countDown();
		TestHub.eventually("both calls").until(() -> threads.size() == 2);
		assertThat(threads).containsOnly(threads.get(0));
		assertThat(threads.get(0).getName()).isEqualTo("sse-listener-1");
	}

	/**
	 * A listener may ask for what the loop alone can do.
	 */
	@Test
	void letsAListenerChangeTheConnectionItIsToldOf() {
		AtomicReference<TestHub> running = new AtomicReference<>();
		SseConnectionListener subscribing = new SseConnectionListener() {

			@Override
			public void onConnected(SseConnection connection) {
				await(running).connections().subscribe(connection.getId(), "welcome");
				await(running).publisher().toTopic("welcome", SseEvent.of("welcome", "x"));
			}

		};
		restart((options) -> options.listeners = List.of(subscribing));
		running.set(this.hub);
		TestClient client = this.hub.client().connected();
		client.next("welcome");
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

	private static <T> T await(AtomicReference<T> reference) {
		return TestHub.eventually("what is waited for").until(reference::get, Objects::nonNull);
	}

}
