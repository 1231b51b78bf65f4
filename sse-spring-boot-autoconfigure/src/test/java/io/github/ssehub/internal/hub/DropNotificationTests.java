package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import io.github.ssehub.ConnectionState;
import io.github.ssehub.DropReason;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseEvent;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what listeners are told of dropped events. A listener may take its time while
 * thousands are dropped: they are told in few calls, and every one of them is told.
 */
class DropNotificationTests {

	private static final int DROPS = 10_000;

	private final CountDownLatch gate = new CountDownLatch(1);

	private final CountDownLatch held = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.gate.countDown();
	}

	@ParameterizedTest
	@EnumSource(names = { "DROP_OLDEST", "DROP_NEWEST" })
	void tellsInOneCallWhatIsDroppedWhileAListenerTakesItsTime(OverflowPolicy overflow) {
		try (TestHub hub = start(overflow, "connected")) {
			TestClient client = slowClient(hub);
			drop(hub, overflow, DROPS);
			this.gate.countDown();
			assertThat(hub.nextCall()).isEqualTo("connected " + client.id());
			assertThat(hub.nextCall()).isEqualTo("dropped " + client.id() + " " + reason(overflow).tag() + " " + DROPS);
			client.drop();
			assertThat(hub.nextCall()).isEqualTo("dropped " + client.id() + " closed 1");
			assertThat(hub.nextCall()).isEqualTo("disconnected " + client.id() + " client-gone");
			hub.assertLeavesNothingBehind();
		}
	}

	/**
	 * The call that is under way has its count already: what comes now is for the next.
	 */
	@Test
	void tellsInTheNextCallWhatIsDroppedDuringOne() {
		try (TestHub hub = start(OverflowPolicy.DROP_NEWEST, "dropped")) {
			TestClient client = slowClient(hub);
			drop(hub, OverflowPolicy.DROP_NEWEST, 1);
			HeldLoop.await(this.held);
			drop(hub, OverflowPolicy.DROP_NEWEST, DROPS);
			this.gate.countDown();
			assertThat(hub.nextCall()).isEqualTo("connected " + client.id());
			assertThat(hub.nextCall()).isEqualTo("dropped " + client.id() + " drop-newest 1");
			assertThat(hub.nextCall()).isEqualTo("dropped " + client.id() + " drop-newest " + DROPS);
		}
	}

	@Test
	void tellsOfAllDropsBeforeItTellsOfTheEnd() {
		try (TestHub hub = start(OverflowPolicy.DROP_NEWEST, "connected")) {
			TestClient first = slowClient(hub);
			TestClient second = slowClient(hub);
			drop(hub, OverflowPolicy.DROP_NEWEST, DROPS);
			first.drop();
			drop(hub, OverflowPolicy.DROP_NEWEST, DROPS / 2);
			second.drop();
			this.gate.countDown();
			List<String> calls = IntStream.range(0, 8).mapToObj((i) -> hub.nextCall()).toList();
			assertThat(callsFor(first, calls)).containsExactly("connected", "dropped drop-newest " + DROPS,
					"dropped closed 1", "disconnected client-gone");
			assertThat(callsFor(second, calls)).containsExactly("connected",
					"dropped drop-newest " + (DROPS + DROPS / 2), "dropped closed 1", "disconnected client-gone");
			assertThat(hub.takeCalls()).isEmpty();
		}
	}

	/**
	 * The loop drops and the listener is told at the same time, as fast as both can.
	 */
	@Test
	void losesNoCountWhileItTells() {
		AtomicLong told = new AtomicLong();
		AtomicInteger late = new AtomicInteger();
		try (TestHub hub = start(OverflowPolicy.DROP_OLDEST, "nothing", new SseConnectionListener() {

			@Override
			public void onDropped(SseConnection connection, DropReason reason, int count) {
				late.addAndGet((count > 0) ? 0 : 1);
				if (reason == DropReason.DROP_OLDEST) {
					told.addAndGet(count);
				}
			}

		})) {
			List<TestClient> clients = IntStream.range(0, 4).mapToObj((i) -> slowClient(hub)).toList();
			for (int i = 1; i <= 5 * DROPS; i++) {
				hub.broadcast("event");
			}
			clients.forEach(TestClient::drop);
			clients.forEach((client) -> client.awaitState(ConnectionState.CLOSED));
			assertThat(hub.statistics().drops(DropReason.DROP_OLDEST)).isPositive();
			TestHub.eventually("all drops are told")
				.until(() -> told.get() == hub.statistics().drops(DropReason.DROP_OLDEST));
			assertThat(late).hasValue(0);
		}
	}

	@Test
	void tellsEveryListenerTheSameAlsoWhenOneFails() {
		try (TestHub hub = start(OverflowPolicy.DROP_NEWEST, "connected", new SseConnectionListener() {

			@Override
			public void onDropped(SseConnection connection, DropReason reason, int count) {
				throw new IllegalStateException("expected by the test");
			}

		})) {
			TestClient client = slowClient(hub);
			drop(hub, OverflowPolicy.DROP_NEWEST, 3);
			this.gate.countDown();
			assertThat(hub.nextCall()).isEqualTo("connected " + client.id());
			assertThat(hub.nextCall()).isEqualTo("dropped " + client.id() + " drop-newest 3");
		}
	}

	@Test
	void tellsEachListenerWhatItHasNotBeenToldOf() {
		List<String> told = new CopyOnWriteArrayList<>();
		try (TestHub hub = start(OverflowPolicy.DROP_NEWEST, "connected", new SseConnectionListener() {

			@Override
			public void onDropped(SseConnection connection, DropReason reason, int count) {
				told.add(reason.tag() + " " + count);
			}

		})) {
			TestClient client = slowClient(hub);
			drop(hub, OverflowPolicy.DROP_NEWEST, 1);
			TestHub.eventually("a first call").until(() -> told.equals(List.of("drop-newest 1")));
			drop(hub, OverflowPolicy.DROP_NEWEST, 1);
			TestHub.eventually("a second call").until(() -> told.equals(List.of("drop-newest 1", "drop-newest 1")));
			this.gate.countDown();
			assertThat(hub.nextCall()).isEqualTo("connected " + client.id());
			assertThat(hub.nextCall()).isEqualTo("dropped " + client.id() + " drop-newest 2");
		}
	}

	/**
	 * With a listener that hangs for hours, the sum outgrows the argument.
	 */
	@Test
	void tellsInSeveralCallsWhatIsTooMuchForOne() {
		List<Integer> counts = new ArrayList<>();
		ListenerNotifier notifier = new ListenerNotifier(() -> List.of(new SseConnectionListener() {

			@Override
			public void onConnected(SseConnection connection) {
				hold();
			}

			@Override
			public void onDropped(SseConnection connection, DropReason reason, int count) {
				counts.add(count);
			}

		}));
		try (TestHub hub = TestHub.start()) {
			HubConnection connection = hub.client().build();
			UntoldDrops drops = new UntoldDrops();
			notifier.start();
			notifier.notifyListeners((listener) -> listener.onConnected(connection));
			notifier.notifyDropped(connection, drops, DropReason.DROP_NEWEST, Integer.MAX_VALUE);
			notifier.notifyDropped(connection, drops, DropReason.DROP_NEWEST, 5);
			this.gate.countDown();
		}
		notifier.close();
		assertThat(counts).containsExactly(Integer.MAX_VALUE, 5);
	}

	/**
	 * Starts a hub whose recording listener is held in calls that begin in a certain way.
	 */
	private TestHub start(OverflowPolicy overflow, String heldCall, SseConnectionListener... others) {
		return TestHub.start((options) -> {
			options.bufferEvents = 1;
			options.overflow = overflow;
			options.listeners = List.of(others);
			options.beforeCall = (call) -> {
				if (call.startsWith(heldCall)) {
					hold();
				}
			};
		});
	}

	/**
	 * A client that takes the {@code connected} event and nothing more, and whose queue
	 * is full.
	 */
	private static TestClient slowClient(TestHub hub) {
		TestClient client = hub.client().sink(FakeFrameSink.readyFor(1)).connected();
		hub.publisher().toConnection(client.id(), SseEvent.of("first", "x"));
		TestHub.eventually("a full queue").until(() -> client.connection().getQueuedEvents() == 1);
		return client;
	}

	private static void drop(TestHub hub, OverflowPolicy overflow, int count) {
		DropReason reason = reason(overflow);
		long expected = hub.statistics().drops(reason) + (long) count * hub.connections().count();
		IntStream.range(0, count).forEach((i) -> hub.broadcast("event-" + i));
		TestHub.eventually("the drops").until(() -> hub.statistics().drops(reason) == expected);
	}

	private static DropReason reason(OverflowPolicy overflow) {
		return (overflow == OverflowPolicy.DROP_OLDEST) ? DropReason.DROP_OLDEST : DropReason.DROP_NEWEST;
	}

	private static List<String> callsFor(TestClient client, List<String> calls) {
		return calls.stream()
			.filter((call) -> call.contains(client.id()))
			.map((call) -> call.replace(" " + client.id(), ""))
			.toList();
	}

	private void hold() {
		this.held.countDown();
		HeldLoop.await(this.gate);
	}

}
