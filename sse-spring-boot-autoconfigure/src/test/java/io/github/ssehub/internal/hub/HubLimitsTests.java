package io.github.ssehub.internal.hub;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.ConnectionState;
import io.github.ssehub.UserLimitPolicy;
import io.github.ssehub.internal.delivery.FakeFrameSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for places: how many connections there may be, and that a place is free again
 * whatever became of the connection that had it.
 */
class HubLimitsTests {

	private TestHub hub = TestHub.start((options) -> options.maxConnections = 2);

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

	@Test
	void refusesMoreConnectionsThanAllowed() {
		this.hub.client().connected();
		this.hub.client().connected();
		HubConnection connection = this.hub.client().build();
		ConnectionRefusedException refusal = refusal(() -> this.hub.client().connect(connection));
		assertThat(refusal.getReason()).isEqualTo(ConnectionRefusedException.Reason.FULL);
		assertThat(refusal).hasMessage("All 2 connections are in use");
		assertThat(refusal.getRetryAfter()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
		assertThat(connection.getState()).isEqualTo(ConnectionState.CREATED);
		assertThat(this.hub.connections().count()).isEqualTo(2);
		assertThat(this.hub.statistics().totalConnections()).isEqualTo(2);
	}

	@Test
	void refusesNobodyWithoutALimit() {
		restart((options) -> {
		});
		for (int i = 0; i < 50; i++) {
			this.hub.client().user("alice").connect();
		}
		TestHub.eventually("what is waited for").until(() -> this.hub.connections().count() == 50);
	}

	@Test
	void refusesMoreConnectionsOfAUserThanAllowed() {
		restart((options) -> {
			options.maxConnectionsPerUser = 2;
			options.maxConnections = 6;
		});
		TestClient first = this.hub.client().user("alice").connected();
		this.hub.client().user("alice").connected();
		for (int i = 0; i < 2; i++) {
			ConnectionRefusedException refusal = refusal(() -> this.hub.client().user("alice").connect());
			assertThat(refusal.getReason()).isEqualTo(ConnectionRefusedException.Reason.USER_LIMIT);
			assertThat(refusal).hasMessage("The user has 2 connections open, as many as are allowed");
		}
		this.hub.client().user("bob").connected();
		this.hub.connect();
		this.hub.connect();
		first.drop();
		this.hub.client().user("alice").connected();
		refusal(() -> this.hub.client().user("alice").connect());
	}

	/**
	 * Each load of the page leaves a connection behind that nobody has noticed to be
	 * dead. The tab beside it stays, though it is older.
	 */
	@ParameterizedTest
	@EnumSource
	void aUserWhoLoadsAPageAgainTakesThePlaceOfTheDeadConnection(UserLimitPolicy policy) {
		restart((options) -> {
			options.maxConnectionsPerUser = 2;
			options.userLimitPolicy = policy;
		});
		TestClient other = this.hub.client().user("alice").connected();
		TestClient page = this.hub.client().user("alice").connected();
		for (int i = 0; i < 3; i++) {
			goneUnnoticed(page);
			page = this.hub.client().user("alice").connected();
		}
		assertThat(this.hub.statistics().disconnects(CloseReason.CLIENT_GONE)).isEqualTo(3);
		assertThat(other.connection().getState()).isEqualTo(ConnectionState.OPEN);
		assertThat(this.hub.connections().ofUser("alice")).hasSize(2);
	}

	/** The peer answers the first write with a reset, and the next one fails. */
	private static void goneUnnoticed(TestClient client) {
		client.sink().onWrite((bytes) -> client.sink().breakWith(new IOException("Connection reset by peer")));
	}

	@Test
	void makesRoomForAsManyPagesAsAreLoadedAgainTogether() {
		restart((options) -> {
			options.maxConnectionsPerUser = 6;
			options.userLimitPolicy = UserLimitPolicy.REJECT;
		});
		for (int i = 0; i < 6; i++) {
			goneUnnoticed(this.hub.client().user("alice").connected());
		}
		List<CompletableFuture<TestClient>> pages = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			TestHub.Client page = this.hub.client().user("alice");
			pages.add(CompletableFuture.supplyAsync(page::connected, HubLimitsTests::onThread));
		}
		pages.forEach((page) -> assertThat(page).succeedsWithin(TestHub.PATIENCE));
		assertThat(this.hub.connections().ofUser("alice")).hasSize(6);
		assertThat(this.hub.statistics().disconnects(CloseReason.CLIENT_GONE)).isEqualTo(6);
	}

	@Test
	void endsTheOldestOfAUserForGoodWhenTheNewestWins() {
		restart((options) -> {
			options.maxConnectionsPerUser = 2;
			options.userLimitPolicy = UserLimitPolicy.NEWEST_WINS;
		});
		TestClient first = this.hub.client().user("alice").connected();
		TestClient second = this.hub.client().user("alice").connected();
		TestClient bob = this.hub.client().user("bob").connected();
		TestClient third = this.hub.client().user("alice").connected();
		assertThat(TestClient.json(first.next("close")).get("reason").stringValue()).isEqualTo("superseded");
		first.sink().awaitCompleted();
		assertThat(LastEventId.parse(first.lastEventId())).isNotNull().matches(LastEventId::last);
		this.hub.broadcast("live");
		for (TestClient client : List.of(second, third, bob)) {
			client.next("live");
		}
		assertThat(this.hub.statistics().disconnects(CloseReason.SUPERSEDED)).isOne();
	}

	/**
	 * Its network is gone without a word, so all that is written to it seems to arrive.
	 */
	@Test
	void endsTheOldestOfAUserThoughItTakesNothing() {
		restart((options) -> {
			options.maxConnectionsPerUser = 1;
			options.userLimitPolicy = UserLimitPolicy.NEWEST_WINS;
		});
		TestClient lost = this.hub.client().user("alice").sink(FakeFrameSink.readyFor(1)).connected();
		this.hub.broadcast("unread");
		TestClient next = this.hub.client().user("alice").connected();
		lost.awaitState(ConnectionState.CLOSING);
		assertThat(this.hub.connections().ofUser("alice")).singleElement().isSameAs(next.connection());
	}

	@Test
	void neverGivesAUserMorePlacesThanAllowedWhenManyComeAtOnce() {
		restart((options) -> {
			options.maxConnectionsPerUser = 2;
			options.userLimitPolicy = UserLimitPolicy.NEWEST_WINS;
		});
		List<CompletableFuture<TestClient>> newcomers = new ArrayList<>();
		for (int i = 0; i < 12; i++) {
			TestHub.Client newcomer = this.hub.client().user("alice");
			newcomers.add(CompletableFuture.supplyAsync(newcomer::connect, HubLimitsTests::onThread));
		}
		newcomers.forEach((newcomer) -> assertThat(newcomer).succeedsWithin(TestHub.PATIENCE));
		TestHub.eventually("the end of the others").until(() -> this.hub.connections().count() == 2);
		TestHub.eventually("their count").until(() -> this.hub.statistics().disconnects(CloseReason.SUPERSEDED) == 10);
	}

	@Test
	void hasAPlaceAgainWhenTheClientIsGone() {
		this.hub.connect();
		this.hub.client().connected().drop();
		assertOnePlaceIsFree();
	}

	@Test
	void hasAPlaceAgainWhenTheApplicationEndsAConnection() {
		this.hub.connect();
		TestClient client = this.hub.client().connected();
		client.connection().complete();
		client.sink().awaitCompleted();
		assertOnePlaceIsFree();
	}

	@Test
	void hasAPlaceAgainWhenAConnectionIsDisconnected() {
		this.hub.connect();
		TestClient client = this.hub.client().connected();
		this.hub.connections().disconnect(client.id());
		assertOnePlaceIsFree();
	}

	@Test
	void hasAPlaceAgainWhenTheResponseCouldNotBePrepared() {
		this.hub.connect();
		TestHub.Client request = this.hub.client().user("alice");
		HubConnection connection = request.build();
		connection.admit(request.request());
		refusal(this.hub::connect);
		connection.cancel(null);
		assertThat(connection.getState()).isEqualTo(ConnectionState.CLOSED);
		assertThatIllegalStateException().isThrownBy(() -> connection.send("late"));
		assertOnePlaceIsFree();
		assertThat(this.hub.takeCalls()).noneMatch((call) -> call.contains(connection.getId()));
	}

	/**
	 * Nobody was told that it came, so nobody is told that it went.
	 */
	@Test
	void hasAPlaceAgainWhenTheClientIsGoneBeforeTheFirstWrite() {
		TestClient other = this.hub.client().connected();
		TestClient client = this.hub.client().user("alice").topics("news").sink(FakeFrameSink.stalled()).connect();
		client.drop();
		client.sink().awaitAbandoned();
		assertOnePlaceIsFree();
		other.drop();
		TestHub.eventually("what is waited for")
			.until(() -> this.hub.statistics().disconnects(CloseReason.CLIENT_GONE) == 1);
		List<String> calls = new ArrayList<>();
		while (!calls.contains("disconnected " + other.id() + " client-gone")) {
			calls.add(this.hub.nextCall());
		}
		assertThat(calls).noneMatch((call) -> call.contains(client.id()));
	}

	@Test
	void hasAPlaceAgainWhenGoingOnFailsAtOnce() {
		this.hub.connect();
		FakeFrameSink sink = FakeFrameSink.ready();
		sink.breakWith(new IOException("Broken pipe"));
		TestClient client = this.hub.client().sink(sink).connect();
		client.awaitState(ConnectionState.CLOSED);
		assertOnePlaceIsFree();
	}

	@Test
	void takesNoSecondPlaceForAConnectionThatIsReturnedTwice() {
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		request.connect(connection);
		assertThatIllegalStateException().isThrownBy(() -> connection.admit(request.request()))
			.withMessageContaining("cannot become OPENING");
		assertOnePlaceIsFree();
	}

	private void assertOnePlaceIsFree() {
		TestHub.Client request = this.hub.client();
		HubConnection connection = request.build();
		connection.admit(request.request());
		try {
			assertThat(refusal(this.hub::connect).getReason()).isEqualTo(ConnectionRefusedException.Reason.FULL);
		}
		finally {
			connection.cancel(null);
		}
	}

	@Test
	void neverHasMoreThanAllowedWhenManyComeAtOnce() throws Exception {
		restart((options) -> {
			options.maxConnections = 3;
			options.maxConnectionsPerUser = 2;
		});
		AtomicInteger inUse = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		CountDownLatch start = new CountDownLatch(1);
		List<CompletableFuture<Void>> visitors = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			String user = "user-" + i % 2;
			visitors.add(CompletableFuture.runAsync(() -> {
				await(start);
				for (int j = 0; j < 500; j++) {
					TestHub.Client request = this.hub.client().user(user);
					HubConnection connection = request.build();
					try {
						connection.admit(request.request());
						most.accumulateAndGet(inUse.incrementAndGet(), Math::max);
						inUse.decrementAndGet();
						connection.cancel(null);
					}
					catch (ConnectionRefusedException ex) {
						// As it should be, now and then.
					}
				}
			}));
		}
		start.countDown();
		CompletableFuture.allOf(visitors.toArray(CompletableFuture<?>[]::new)).get(10, TimeUnit.SECONDS);
		assertThat(most.get()).isBetween(1, 3);
		this.hub.client().user("user-0").connected();
		this.hub.client().user("user-0").connected();
		refusal(() -> this.hub.client().user("user-0").connect());
		this.hub.client().user("user-1").connected();
		refusal(() -> this.hub.client().user("user-1").connect());
	}

	// Shutdown

	@Test
	void closesConnectionsWhenItStops() {
		restart((options) -> {
		});
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			clients.add(this.hub.client().user("alice").topics("news").connected());
		}
		this.hub.broadcast("last");
		this.hub.hub().stop();
		for (TestClient client : clients) {
			client.next("last");
			client.sink().awaitCompleted();
			assertThat(client.poll()).isNull();
			assertThat(Integer.parseInt(client.retry())).isBetween(3500, 6499);
			assertThat(client.connection().getState()).isEqualTo(ConnectionState.CLOSED);
			client.assertExhausted();
		}
		assertThat(this.hub.statistics().disconnects(CloseReason.SHUTDOWN)).isEqualTo(20);
		assertThat(this.hub.connections().count()).isZero();
		assertThat(this.hub.connections().users()).isEmpty();
		assertThat(this.hub.connections().topics()).isEmpty();
		assertThat(this.hub.hub().isRunning()).isFalse();
		assertThat(this.hub.hub().isStarted()).isFalse();
	}

	@Test
	void refusesConnectionsWhileItStops() {
		restart((options) -> options.drainTime = Duration.ofSeconds(1));
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		TestClient client = this.hub.client().sink(sink).connected();
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> this.hub.hub().stop());
		client.awaitState(ConnectionState.CLOSING);
		assertThat(this.hub.hub().isRunning()).isFalse();
		ConnectionRefusedException refusal = refusal(this.hub::connect);
		assertThat(refusal.getReason()).isEqualTo(ConnectionRefusedException.Reason.DRAINING);
		assertThat(refusal).hasMessage("The application is shutting down");
		sink.release();
		assertThat(stopped).succeedsWithin(TestHub.PATIENCE);
		sink.awaitCompleted();
		refusal(this.hub::connect);
	}

	@Test
	void givesUpOnClientsThatTakeNothingWhenItStops() {
		restart((options) -> options.drainTime = Duration.ofMillis(100));
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		TestClient client = this.hub.client().sink(sink).connected();
		this.hub.broadcast("last");
		this.hub.hub().stop();
		sink.awaitAbandoned();
		assertThat(client.connection().getState()).isEqualTo(ConnectionState.CLOSED);
		assertThat(this.hub.statistics().disconnects(CloseReason.SHUTDOWN)).isOne();
		assertThat(this.hub.registry().isEmpty()).isTrue();
	}

	/**
	 * They are told to come back when this node does not answer any more, or they would
	 * meet its 503, which ends an EventSource for good.
	 */
	@Test
	void tellsClientsATimeThatCoversTheWholeDrainWhileAnotherOneHoldsItUp() {
		restart((options) -> options.drainTime = Duration.ofSeconds(30));
		FakeFrameSink stalled = FakeFrameSink.readyFor(1);
		this.hub.client().sink(stalled).connected();
		FakeFrameSink slow = FakeFrameSink.readyFor(1);
		TestClient completing = this.hub.client().sink(slow).connected();
		TestClient client = this.hub.client().connected();
		CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> this.hub.hub().stop());
		client.sink().awaitCompleted();
		assertThat(client.poll()).isNull();
		assertThat(Integer.parseInt(client.retry())).isBetween(33_000, 36_000);
		assertThat(refusal(this.hub::connect).getRetryAfter()).isBetween(Duration.ofSeconds(35),
				Duration.ofSeconds(40));
		slow.release();
		slow.awaitCompleted();
		assertThat(completing.poll()).isNull();
		assertThat(Integer.parseInt(completing.retry())).isBetween(33_000, 36_000);
		assertThat(stopped).succeedsWithin(TestHub.PATIENCE);
		assertThat(stalled.isAbandoned()).isTrue();
	}

	/**
	 * Whatever ends a stream meanwhile, its client comes back to this node.
	 */
	@Test
	void tellsTheSameToClientsWhoseStreamsEndForAnotherReasonMeanwhile() {
		restart((options) -> options.drainTime = Duration.ofSeconds(30));
		TestClient client = this.hub.client().connected();
		this.hub.registry().setDraining(true);
		client.connection().complete();
		client.sink().awaitCompleted();
		assertThat(client.poll()).isNull();
		assertThat(Integer.parseInt(client.retry())).isBetween(33_000, 36_000);
	}

	/**
	 * Its response belongs to a container that is about to stop as well.
	 */
	@Test
	void givesUpOnClientsThatHaveNotBegunToTakeAnythingWhenItStops() {
		restart((options) -> {
			options.drainTime = Duration.ofMillis(100);
			options.maxConnections = 1;
		});
		FakeFrameSink sink = FakeFrameSink.stalled();
		TestClient client = this.hub.client().sink(sink).connect();
		this.hub.hub().stop();
		assertThat(sink.isAbandoned()).isTrue();
		assertThat(client.connection().getState()).isEqualTo(ConnectionState.CLOSED);
		assertThat(this.hub.registry().isEmpty()).isTrue();
		this.hub.hub().start();
		this.hub.client().connected();
	}

	/**
	 * There was no time left to ask them to end. That is no fault of theirs.
	 */
	@Test
	void endsThoseThatReadAsItsOwnShutdownWhenTheTimeIsOver() {
		restart((options) -> options.drainTime = Duration.ofMillis(1));
		List<TestClient> clients = new ArrayList<>();
		for (int i = 0; i < 300; i++) {
			clients.add(this.hub.client().connected());
		}
		this.hub.hub().stop();
		assertThat(this.hub.statistics().disconnects(CloseReason.SHUTDOWN)).isEqualTo(300);
		for (TestClient client : clients) {
			client.sink().awaitCompleted();
			assertThat(client.poll()).isNull();
			assertThat(client.retry()).isNotEqualTo("3000");
		}
	}

	/**
	 * It was admitted before, and its response is ready only when the loops have ended.
	 */
	@Test
	void endsAConnectionThatIsOpenedAfterTheLoopsHaveEnded() throws Exception {
		restart((options) -> options.drainTime = Duration.ofMillis(10));
		FakeFrameSink sink = FakeFrameSink.ready();
		TestHub.Client request = this.hub.client().sink(sink);
		HubConnection connection = request.build();
		CountDownLatch completed = new CountDownLatch(1);
		connection.onCompletion(completed::countDown);
		connection.admit(request.request());
		this.hub.hub().stop();
		connection.open(sink);
		sink.awaitAbandoned();
		assertThat(connection.getState()).isEqualTo(ConnectionState.CLOSED);
		assertThat(completed.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.hub.registry().isEmpty()).isTrue();
		this.hub.hub().start();
		this.hub.client().connected();
	}

	@Test
	void takesConnectionsAgainAfterAStart() {
		TestClient before = this.hub.client().connected();
		this.hub.hub().stop();
		this.hub.hub().stop();
		before.sink().awaitCompleted();
		this.hub.hub().start();
		assertThat(this.hub.hub().isRunning()).isTrue();
		TestClient after = this.hub.client().connected();
		this.hub.broadcast("live");
		after.next("live");
		assertThat(this.hub.connections().count()).isOne();
	}

	/** A thread for each: they wait for each other. */
	private static void onThread(Runnable task) {
		new Thread(task, "newcomer").start();
	}

	private static ConnectionRefusedException refusal(Runnable connect) {
		ConnectionRefusedException refusal = catchThrowableOfType(ConnectionRefusedException.class, connect::run);
		assertThat(refusal).as("a refusal").isNotNull();
		return refusal;
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
