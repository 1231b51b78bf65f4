package io.github.ssehub.log.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

import io.github.ssehub.Target;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import io.github.ssehub.test.EventStreamParser;
import io.github.ssehub.test.RecordingTail;
import io.github.ssehub.test.RedisProcess;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamRecords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What nodes do when Redis goes away and comes back, with and without what it knew.
 */
class RedisFailureTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final LogLimits LIMITS = new LogLimits(1000, 1 << 26, null, Duration.ofMinutes(5), 10_000);

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private final List<AutoCloseable> resources = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private RedisProcess redis;

	@AfterEach
	void close() throws Exception {
		this.threads.shutdownNow();
		for (int i = this.resources.size() - 1; i >= 0; i--) {
			this.resources.get(i).close();
		}
	}

	@Test
	void goesOnWithoutALossWhenRedisComesBackWithEverything() {
		start(RedisProcess.startPersistent());
		Node first = new Node(this.redis.port());
		Node second = new Node(this.redis.port());
		first.append("before");
		assertThat(first.take(1)).isEqualTo(second.take(1)).containsExactly("before");
		this.redis.kill();
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> first.append("lost"))
			.withMessageContaining("log in Redis");
		first.awaitDown();
		second.awaitDown();
		this.redis.restart();
		first.awaitUp();
		first.append("after");
		assertThat(first.take(1)).containsExactly("after");
		assertThat(second.take(1)).containsExactly("after");
		assertThat(first.log.head()).isEqualTo(second.log.head());
		first.tail.assertExhausted();
		second.tail.assertExhausted();
	}

	@Test
	void tellsOfOneGapWhenRedisComesBackEmpty() {
		start(RedisProcess.start());
		Node first = new Node(this.redis.port());
		Node second = new Node(this.redis.port());
		Position before = first.append("before");
		first.take(1);
		second.take(1);
		this.redis.kill();
		first.awaitDown();
		second.awaitDown();
		this.redis.restart();
		for (Node node : List.of(first, second)) {
			RecordingTail.Gap gap = node.tail.takeGap();
			assertThat(gap.cause()).isEqualTo(Replay.Gap.Cause.EPOCH);
			assertThat(gap.position().offset()).isZero();
			assertThat(gap.position().epoch()).isNotEqualTo(before.epoch());
		}
		Awaitility.await("the same log").atMost(PATIENCE).until(() -> first.log.head().equals(second.log.head()));
		Position after = second.append("after");
		assertThat(after.offset()).isOne();
		assertThat(first.take(1)).isEqualTo(second.take(1)).containsExactly("after");
		assertThat(first.log.read(before, after, 10)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EPOCH));
		first.tail.assertExhausted();
		second.tail.assertExhausted();
	}

	@Test
	void deliversWhatWasPublishedBetweenTheLossAndTheDiscovery() {
		start(RedisProcess.start());
		Node node = new Node(this.redis.port());
		node.append("before");
		node.take(1);
		// No connection is lost, so nobody but the next publisher notices at first.
		command((connection) -> {
			connection.serverCommands().flushAll();
			return "";
		});
		Position first = node.append("one");
		Position second = node.append("two");
		assertThat(first.offset()).isOne();
		assertThat(second).isEqualTo(first.at(2));
		RecordingTail.Gap gap = node.tail.takeGap();
		assertThat(gap).isEqualTo(new RecordingTail.Gap(Replay.Gap.Cause.EPOCH, first.at(0)));
		assertThat(node.take(2)).containsExactly("one", "two");
		node.tail.assertExhausted();
	}

	@Test
	void beginsANewLifeWhenRedisComesBackWithAnOlderCopy() {
		start(RedisProcess.start());
		Node node = new Node(this.redis.port());
		Position kept = node.append("kept");
		byte[] state = RedisLogKeys.of("log").state();
		Map<byte[], byte[]> copy = command((connection) -> connection.hashCommands().hGetAll(state));
		Position lost = node.append("lost");
		node.take(2);
		command((connection) -> {
			connection.hashCommands().hMSet(state, copy);
			return "";
		});
		Position next = node.append("next");
		assertThat(next.epoch()).isNotEqualTo(lost.epoch());
		assertThat(node.tail.takeGap()).isEqualTo(new RecordingTail.Gap(Replay.Gap.Cause.EPOCH, next.at(0)));
		assertThat(node.take(1)).containsExactly("next");
		assertThat(node.log.read(kept, next, 10)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EPOCH));
	}

	@Test
	void failsWhileRedisIsPausedAndGoesOn() {
		start(RedisProcess.start());
		Node first = new Node(this.redis.port());
		Node second = new Node(this.redis.port());
		first.append("before");
		first.take(1);
		second.take(1);
		this.redis.pause();
		try {
			assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> first.append("unsure"));
			first.awaitDown();
			second.awaitDown();
		}
		finally {
			this.redis.resume();
		}
		first.awaitUp();
		second.awaitUp();
		first.append("after");
		// Redis may have read what nobody waited for any more.
		List<String> seen = first.takeUntil("after");
		assertThat(second.takeUntil("after")).isEqualTo(seen);
		assertThat(seen).isSubsetOf("unsure", "after");
		first.tail.assertExhausted();
		second.tail.assertExhausted();
	}

	@Test
	void catchesUpWhenOneNodeWasCutOff() {
		start(RedisProcess.start());
		Proxy proxy = new Proxy(this.redis.port());
		this.resources.add(proxy);
		Node cut = new Node(proxy.port());
		Node other = new Node(this.redis.port());
		other.append("before");
		assertThat(cut.take(1)).containsExactly("before");
		proxy.cut();
		cut.awaitDown();
		List<String> missed = IntStream.range(0, 700).mapToObj((i) -> "missed-" + i).toList();
		missed.forEach(other::append);
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> cut.append("lost"));
		proxy.mend();
		assertThat(cut.take(missed.size())).isEqualTo(missed);
		cut.awaitUp();
		cut.append("after");
		assertThat(cut.take(1)).containsExactly("after");
		cut.tail.assertExhausted();
	}

	@Test
	void tellsOfAGapWhenTheNodeFellBehindWhatIsKept() {
		start(RedisProcess.start());
		Proxy proxy = new Proxy(this.redis.port());
		this.resources.add(proxy);
		Node cut = new Node(proxy.port());
		Node other = new Node(this.redis.port());
		Position before = other.append("before");
		cut.take(1);
		proxy.cut();
		cut.awaitDown();
		for (int i = 0; i < 3000; i++) {
			other.append("event-" + i);
		}
		proxy.mend();
		RecordingTail.Gap gap = cut.tail.takeGap();
		assertThat(gap.cause()).isEqualTo(Replay.Gap.Cause.EVICTED);
		assertThat(gap.position().offset()).isBetween(before.offset() + 1, before.offset() + 2000);
		List<String> seen = cut.takeUntil("event-2999");
		assertThat(seen.get(0)).isEqualTo("event-" + (gap.position().offset() - before.offset()));
		assertThat(seen).doesNotHaveDuplicates();
		cut.tail.assertExhausted();
		assertThat(cut.log.read(before, cut.log.head(), 10)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
	}

	@Test
	void startsWithoutRedisAndSaysWhereTheLogIsOnceItIsThere() {
		start(RedisProcess.start());
		Node other = new Node(this.redis.port());
		Position head = other.append("before");
		Proxy proxy = new Proxy(this.redis.port());
		this.resources.add(proxy);
		proxy.cut();
		Node late = new Node(proxy.port());
		assertThatExceptionOfType(EventLogException.class).isThrownBy(late.log::describe);
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> late.append("lost"));
		proxy.mend();
		assertThat(late.tail.takeGap()).isEqualTo(new RecordingTail.Gap(Replay.Gap.Cause.EPOCH, head));
		late.awaitUp();
		late.append("after");
		assertThat(late.take(1)).containsExactly("after");
		late.tail.assertExhausted();
	}

	/**
	 * A client that sends again what it had no answer to would publish an event twice.
	 */
	@Test
	void appendsOnceWhatRedisDidWithoutBeingAbleToSaySo() throws Exception {
		start(RedisProcess.start());
		Proxy proxy = new Proxy(this.redis.port());
		this.resources.add(proxy);
		Node cut = new Node(proxy.port());
		Node other = new Node(this.redis.port());
		cut.append("before");
		assertThat(other.take(1)).containsExactly("before");
		CompletableFuture<Void> unanswered = proxy.mute();
		CompletableFuture<Position> append = CompletableFuture.supplyAsync(() -> cut.append("unsure"), this.threads);
		unanswered.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		assertThat(other.take(1)).containsExactly("unsure");
		proxy.cut();
		proxy.mend();
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> append.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
			.withCauseInstanceOf(EventLogException.class);
		Awaitility.await("publishing again").atMost(PATIENCE).until(() -> cut.tries("after"));
		assertThat(other.take(1)).containsExactly("after");
		assertThat(cut.take(3)).containsExactly("before", "unsure", "after");
		cut.tail.assertExhausted();
		other.tail.assertExhausted();
	}

	/**
	 * The offsets alone do not show it: others have gone on from the older copy.
	 */
	@Test
	void noticesThatOthersWentOnFromAnOlderCopy() {
		start(RedisProcess.start());
		Proxy proxy = new Proxy(this.redis.port());
		this.resources.add(proxy);
		Node cut = new Node(proxy.port());
		Position first = cut.append("one");
		byte[] stream = command((connection) -> connection.keyCommands().dump(bytes("log")));
		byte[] state = command((connection) -> connection.keyCommands().dump(RedisLogKeys.of("log").state()));
		cut.append("two");
		cut.take(2);
		proxy.cut();
		cut.awaitDown();
		command((connection) -> {
			connection.keyCommands().restore(bytes("log"), 0, stream, true);
			connection.keyCommands().restore(RedisLogKeys.of("log").state(), 0, state, true);
			return "";
		});
		Node other = new Node(this.redis.port());
		assertThat(other.log.head()).isEqualTo(first);
		other.append("another two");
		other.append("three");
		other.take(2);
		proxy.mend();
		RecordingTail.Gap gap = cut.tail.takeGap();
		assertThat(gap.cause()).isEqualTo(Replay.Gap.Cause.EPOCH);
		assertThat(gap.position().epoch()).isNotEqualTo(first.epoch());
		assertThat(other.tail.takeGap()).isEqualTo(gap);
		other.append("after");
		assertThat(cut.take(1)).isEqualTo(other.take(1)).containsExactly("after");
	}

	@Test
	void removesWhatIsTooOldWhileEventsArePublished() {
		start(RedisProcess.start());
		LogLimits limits = new LogLimits(1000, 1 << 26, Duration.ofMillis(200), Duration.ofMinutes(5), 10_000);
		Node node = new Node(this.redis.port(), limits);
		Position begin = node.log.head();
		node.append("old");
		Awaitility.await("the end of the oldest entry")
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> {
				node.append("new");
				return command((connection) -> connection.streamCommands()
					.xRange(bytes("log"), Range.closed("1-0", "1-0"))
					.isEmpty());
			});
		assertThat(node.log.read(begin, node.log.head(), 10)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
	}

	@Test
	void leavesOutWhatIsNotAnEntry() {
		start(RedisProcess.start());
		Node node = new Node(this.redis.port());
		node.append("one");
		command((connection) -> connection.streamCommands()
			.xAdd(StreamRecords.newRecord()
				.in(bytes("log"))
				.withId(RecordId.of("1-7"))
				.ofBytes(Map.of(bytes("any"), bytes("thing")))));
		node.append("two");
		assertThat(node.take(2)).containsExactly("one", "two");
		node.tail.assertExhausted();
	}

	@Test
	void keepsTheOffsetOfAnEventThatWasNotAppended() {
		start(RedisProcess.start());
		Node node = new Node(this.redis.port());
		node.append("one");
		command((connection) -> {
			connection.serverCommands().setConfig("maxmemory", "1");
			return "";
		});
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> node.append("lost"))
			.withMessageContaining("OOM");
		command((connection) -> {
			connection.serverCommands().setConfig("maxmemory", "0");
			return "";
		});
		node.append("two");
		assertThat(node.take(2)).containsExactly("one", "two");
		node.tail.assertExhausted();
	}

	@Test
	void hasWhatClientsResumeFromInMemory() {
		start(RedisProcess.start());
		Node first = new Node(this.redis.port());
		Position begin = first.log.head();
		for (int i = 0; i < 300; i++) {
			first.append("event-" + i);
			first.log.append(record("ephemeral", null, true));
		}
		Node second = new Node(this.redis.port());
		assertThat(((Replay.Entries) Objects.requireNonNull(second.log.readNow(begin, begin.at(300), 1000))).entries())
			.extracting(RedisFailureTests::data)
			.containsExactlyElementsOf(IntStream.range(0, 300).mapToObj((i) -> "event-" + i).toList());
		second.tail.assertExhausted();
	}

	@Test
	void knowsTheIdsThatAnotherNodeAppended() {
		start(RedisProcess.start());
		Node first = new Node(this.redis.port());
		Node second = new Node(this.redis.port());
		LogRecord record = record("once", "id-1", false);
		Position position = first.log.append(record).position();
		assertThat(second.log.append(record).duplicate()).isTrue();
		assertThat(second.log.append(record).position()).isEqualTo(position);
		assertThat(second.take(1)).containsExactly("once");
		second.tail.assertExhausted();
	}

	@Test
	void readsForAClientThatIsAheadOfThisNode() {
		start(RedisProcess.start());
		Node first = new Node(this.redis.port());
		Position head = first.append("one");
		Proxy proxy = new Proxy(this.redis.port());
		this.resources.add(proxy);
		Node second = new Node(proxy.port());
		proxy.cut();
		second.awaitDown();
		Position ahead = first.append("two");
		assertThat(second.log.readNow(ahead, head, 10)).isNull();
		assertThatExceptionOfType(EventLogException.class).isThrownBy(() -> second.log.read(ahead, head, 10));
		proxy.mend();
		second.awaitUp();
		assertThat(second.log.read(ahead, head, 10)).isEqualTo(new Replay.Entries(List.of()));
		assertThat(second.log.head()).isEqualTo(ahead);
		assertThat(second.log.read(ahead.at(9), head, 10)).isEqualTo(new Replay.Unknown());
	}

	@Test
	void readsWhatIsOlderThanTheNode() {
		start(RedisProcess.start());
		Node first = new Node(this.redis.port());
		Position begin = first.log.head();
		for (int i = 0; i < 50; i++) {
			first.append("event-" + i);
			first.log.append(record("ephemeral", null, true));
		}
		LogLimits fewBytes = new LogLimits(1000, 200, null, Duration.ofMinutes(5), 10_000);
		Node second = new Node(this.redis.port(), fewBytes);
		assertThat(second.log.head()).isEqualTo(begin.at(50));
		assertThat(second.log.readNow(begin, begin.at(50), 10)).isNull();
		Replay replay = second.log.read(begin.at(7), begin.at(50), 20);
		assertThat(((Replay.Entries) replay).entries()).extracting(RedisFailureTests::data)
			.containsExactlyElementsOf(IntStream.range(7, 27).mapToObj((i) -> "event-" + i).toList());
		second.tail.assertExhausted();
	}

	@Test
	void keepsNoMoreEphemeralEntriesThanItNeeds() {
		start(RedisProcess.start());
		Node node = new Node(this.redis.port());
		node.append("kept");
		for (int i = 0; i < RedisLogStore.MAX_EPHEMERAL + 500; i++) {
			node.log.append(record("ephemeral", null, true));
		}
		long length = command((connection) -> connection.streamCommands().xLen("log".getBytes(StandardCharsets.UTF_8)));
		assertThat(length).isEqualTo(1 + RedisLogStore.MAX_EPHEMERAL);
	}

	@Test
	void leavesWhatIsNotItsOwnAlone() {
		start(RedisProcess.start());
		command((connection) -> connection.stringCommands().set(bytes("tenant"), bytes("value")));
		Node node = new Node(this.redis.port());
		node.log.append(record("once", "id-1", false));
		node.log.append(record("ephemeral", null, true));
		List<String> keys = command((connection) -> connection.keyCommands()
			.keys(bytes("*"))
			.stream()
			.map((key) -> new String(key, StandardCharsets.UTF_8))
			.sorted()
			.toList());
		assertThat(keys).containsExactly("log", "tenant", "{log}:ephemeral", "{log}:id:id-1", "{log}:state");
	}

	private void start(RedisProcess redis) {
		this.redis = redis;
		this.resources.add(redis);
	}

	private <T> T command(Function<RedisConnection, T> command) {
		LettuceConnectionFactory factory = RedisProcess.connectionFactory(this.redis.port());
		try (RedisConnection connection = factory.getConnection()) {
			return command.apply(connection);
		}
		finally {
			factory.destroy();
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static LogRecord record(String data, String id, boolean ephemeral) {
		return new LogRecord(Target.broadcast(), "test", null, id, ephemeral, bytes("data: " + data + "\n"));
	}

	private static String data(LogEntry entry) {
		return EventStreamParser.parse(entry.frame()).get(0).data();
	}

	/**
	 * A node with its log.
	 */
	private final class Node {

		private final RecordingTail tail = new RecordingTail();

		private final EventLog log;

		Node(int port) {
			this(port, LIMITS);
		}

		Node(int port, LogLimits limits) {
			LettuceConnectionFactory factory = RedisProcess.connectionFactory(port);
			this.log = new RedisEventLog(new RedisConnections(factory, TIMEOUT), "log", limits, TIMEOUT);
			RedisFailureTests.this.resources.add(factory::destroy);
			RedisFailureTests.this.resources.add(this.log);
			this.log.start(this.tail);
		}

		Position append(String data) {
			return this.log.append(record(data, null, false)).position();
		}

		boolean tries(String data) {
			try {
				append(data);
				return true;
			}
			catch (EventLogException ex) {
				return false;
			}
		}

		List<String> take(int count) {
			return this.tail.take(count).stream().map(RedisFailureTests::data).toList();
		}

		List<String> takeUntil(String last) {
			List<String> taken = new ArrayList<>();
			do {
				taken.addAll(take(1));
			}
			while (!taken.get(taken.size() - 1).equals(last));
			return taken;
		}

		void awaitDown() {
			Awaitility.await("the loss of Redis").atMost(PATIENCE).until(() -> !isUp());
		}

		void awaitUp() {
			Awaitility.await("the return of Redis").atMost(PATIENCE).until(this::isUp);
		}

		private boolean isUp() {
			try {
				this.log.describe();
				return true;
			}
			catch (EventLogException ex) {
				assertThat(ex).hasMessageNotContaining("null");
				return false;
			}
		}

	}

}
