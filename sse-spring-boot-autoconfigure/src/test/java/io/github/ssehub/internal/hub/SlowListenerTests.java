package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for listeners and emitter callbacks that take their time: they delay nobody else,
 * and what waits for them is bounded without leaving anything out.
 */
@ExtendWith(OutputCaptureExtension.class)
class SlowListenerTests {

	private final CountDownLatch gate = new CountDownLatch(1);

	private final CountDownLatch held = new CountDownLatch(1);

	private final SseConnectionListener slow = new SseConnectionListener() {

		@Override
		public void onConnected(SseConnection connection) {
			hold();
		}

	};

	@AfterEach
	void release() {
		this.gate.countDown();
	}

	@Test
	void delaysNoOtherListener() {
		try (TestHub hub = start(this.slow)) {
			TestClient client = hub.client().connected();
			HeldLoop.await(this.held);
			assertThat(hub.nextCall()).isEqualTo("connected " + client.id());
			client.drop();
			assertThat(hub.nextCall()).isEqualTo("disconnected " + client.id() + " client-gone");
			this.gate.countDown();
		}
	}

	@Test
	void delaysNoCallbackOfAnEmitter() {
		try (TestHub hub = start(this.slow)) {
			CountDownLatch completed = new CountDownLatch(1);
			TestClient client = hub.client().connected();
			client.connection().onCompletion(completed::countDown);
			HeldLoop.await(this.held);
			client.drop();
			HeldLoop.await(completed);
			this.gate.countDown();
		}
	}

	@Test
	void doesNotWaitForTheCallbacksOfEmitters() {
		try (TestHub hub = TestHub.start()) {
			for (int i = 0; i < 2 * ListenerNotifier.CALLBACK_THREADS; i++) {
				TestClient client = hub.client().connected();
				client.connection().onCompletion(this::hold);
				client.drop();
				assertThat(hub.nextCall()).isEqualTo("connected " + client.id());
				assertThat(hub.nextCall()).isEqualTo("disconnected " + client.id() + " client-gone");
			}
			this.gate.countDown();
		}
	}

	@Test
	void aSlowCallbackDelaysNoneOfAnotherConnection() {
		try (TestHub hub = TestHub.start()) {
			TestClient first = hub.client().connected();
			first.connection().onCompletion(this::hold);
			first.drop();
			HeldLoop.await(this.held);
			CountDownLatch completed = new CountDownLatch(1);
			TestClient second = hub.client().connected();
			second.connection().onCompletion(completed::countDown);
			second.drop();
			HeldLoop.await(completed);
			this.gate.countDown();
		}
	}

	@Test
	void callbacksOfOneConnectionRunOneAfterTheOtherWhateverTheyThrow() {
		try (TestHub hub = TestHub.start()) {
			for (int round = 0; round < 20; round++) {
				List<String> ran = new CopyOnWriteArrayList<>();
				TestClient client = hub.client().connected();
				HubConnection connection = client.connection();
				connection.onError((ex) -> ran.add("error"));
				connection.onCompletion(() -> {
					ran.add("first completion");
					throw new IllegalStateException("expected by the test");
				});
				connection.onCompletion(() -> ran.add("second completion"));
				connection.onTimeout(() -> ran.add("timeout"));
				client.drop();
				TestHub.eventually("the callbacks").until(() -> ran.size() == 3);
				assertThat(ran).containsExactly("error", "first completion", "second completion");
			}
		}
	}

	/**
	 * It is behind for all of the time, and hears everything in order.
	 */
	@Test
	void hearsOfEveryConnectionAndOfItsEndAfterwards() {
		int connections = 1_000;
		List<String> heard = new CopyOnWriteArrayList<>();
		try (TestHub hub = start(new SseConnectionListener() {

			@Override
			public void onConnected(SseConnection connection) {
				hold();
				heard.add("connected " + connection.getId());
			}

			@Override
			public void onDisconnected(SseConnection connection, CloseReason reason) {
				heard.add("disconnected " + connection.getId());
			}

		})) {
			List<TestClient> clients = new ArrayList<>();
			for (int i = 0; i < connections; i++) {
				clients.add(hub.connect());
			}
			clients.forEach(TestClient::drop);
			assertThat(hub.hub().waitingCallbacks()).isBetween(2 * connections - 1, 4 * connections);
			this.gate.countDown();
			TestHub.eventually("all calls").until(() -> heard.size() == 2 * connections);
			for (TestClient client : clients) {
				int connected = heard.indexOf("connected " + client.id());
				assertThat(connected).isNotNegative().isLessThan(heard.indexOf("disconnected " + client.id()));
			}
			TestHub.eventually("nothing that waits").until(() -> hub.hub().waitingCallbacks() == 0);
		}
	}

	@Test
	void letsNobodyInWhileTooManyCallsWaitForIt() {
		int limit = ConnectionRegistry.maxWaitingCalls(2_000);
		try (TestHub hub = start(this.slow)) {
			SseHub node = hub.hub();
			ListenerNotifier notifier = hub.notifier();
			TestClient client = hub.client().connected();
			HeldLoop.await(this.held);
			IntStream.range(1, limit).forEach((i) -> notifier.notifyListeners((listener) -> {
			}));
			hub.client().connected().drop();
			assertThatExceptionOfType(ConnectionRefusedException.class).isThrownBy(hub::connect)
				.satisfies((refused) -> {
					assertThat(refused.getReason()).isEqualTo(ConnectionRefusedException.Reason.LISTENERS_BEHIND);
					assertThat(refused.getRetryAfter()).isPositive();
				});
			client.drop();
			this.gate.countDown();
			TestHub.eventually("nothing that waits").until(() -> node.waitingCallbacks() == 0);
			hub.client().connected();
		}
	}

	@Test
	void asManyCallsMayWaitAsAllConnectionsNeedToEndAndComeAgain() {
		assertThat(ConnectionRegistry.maxWaitingCalls(10_000)).isEqualTo(100_000);
		assertThat(ConnectionRegistry.maxWaitingCalls(25_001)).isEqualTo(100_004);
		assertThat(ConnectionRegistry.maxWaitingCalls(0)).isEqualTo(1_000_000);
		assertThat(ConnectionRegistry.maxWaitingCalls(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
	}

	@Test
	void asksForTheListenersOnceHoweverOftenItStarts() {
		List<String> asked = new ArrayList<>();
		ListenerNotifier notifier = new ListenerNotifier(() -> {
			asked.add("asked");
			return List.of(this.slow);
		});
		notifier.start();
		notifier.start();
		notifier.close();
		assertThat(asked).hasSize(1);
	}

	@Test
	void givesUpWhatWaitsForAListenerThatHangsWhenTheHubCloses(CapturedOutput output) {
		CountDownLatch interrupted = new CountDownLatch(1);
		TestHub hub = start(new SseConnectionListener() {

			@Override
			public void onConnected(SseConnection connection) {
				SlowListenerTests.this.held.countDown();
				try {
					SlowListenerTests.this.gate.await();
				}
				catch (InterruptedException ex) {
					interrupted.countDown();
				}
			}

		});
		hub.client().connected().drop();
		HeldLoop.await(this.held);
		hub.close();
		HeldLoop.await(interrupted);
		assertThat(output).contains("1 calls of connection listeners and emitter callbacks were not made");
	}

	@Test
	void makesAllCallsBeforeTheHubIsClosed(CapturedOutput output) {
		List<String> heard = new CopyOnWriteArrayList<>();
		CountDownLatch completed = new CountDownLatch(1);
		TestHub hub = start(new SseConnectionListener() {

			@Override
			public void onDisconnected(SseConnection connection, CloseReason reason) {
				heard.add(reason.tag());
			}

		});
		TestClient client = hub.client().connected();
		client.connection().onCompletion(completed::countDown);
		hub.close();
		assertThat(heard).containsExactly("shutdown");
		assertThat(completed.getCount()).isZero();
		assertThat(output).doesNotContain("were not made");
	}

	private static TestHub start(SseConnectionListener listener) {
		return TestHub.start((options) -> {
			options.maxConnections = 2_000;
			options.listeners = List.of(listener);
		});
	}

	private void hold() {
		this.held.countDown();
		HeldLoop.await(this.gate);
	}

}
