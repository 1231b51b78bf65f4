package io.github.ssehub.internal.delivery;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.HeartbeatMode;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.internal.wire.Frame;
import io.github.ssehub.test.EventStreamParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConnectionWriter}, on a real loop whose clock the test sets.
 */
class ConnectionWriterTests {

	private static final Duration HEARTBEAT = Duration.ofSeconds(30);

	private static final Duration CLIENT_TIMEOUT = Duration.ofMinutes(5);

	private static final Duration LINGER = Duration.ofSeconds(5);

	private static final Duration TICK = Duration.ofNanos(TimerWheel.TICK_NANOS);

	private TestLoop loop = new TestLoop();

	private final DeliveryCounters counters = new DeliveryCounters();

	@AfterEach
	void stop() {
		this.loop.close();
	}

	// Writing

	@Test
	void writesWhatWaitsTogether() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.offerControl(control("c;"));
			IntStream.range(0, 5).forEach((i) -> connection.writer.offer(message(i + ";")));
		});
		assertThat(sink.takeWrites()).containsExactly("c;0;1;2;3;4;");
		sink.assertExhausted();
	}

	@Test
	void writesASingleFrameWithoutCopyingIt() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("x".repeat(200_000))));
		assertThat(sink.takeWrites()).containsExactly("x".repeat(200_000));
	}

	@Test
	void writesNothingBeforeTheSinkIsReady() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("a")));
		this.loop.run(() -> connection.writer.offer(message("b")));
		assertThat(sink.takeWrites()).isEmpty();
		assertThat(connection.writer.isIdle()).isFalse();
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("ab");
		this.loop.settle();
		assertThat(connection.writer.isIdle()).isTrue();
		sink.assertExhausted();
	}

	@Test
	void stopsWhenTheClientTakesNoMoreAndGoesOnWhenItDoes() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("a")));
		this.loop.run(() -> connection.writer.offer(message("b")));
		this.loop.run(() -> connection.writer.offer(message("c")));
		assertThat(sink.takeWrites()).containsExactly("a");
		assertThat(connection.writer.queuedEvents()).isEqualTo(2);
		assertThat(connection.writer.queuedBytes()).isEqualTo(2);
		sink.releaseFor(1);
		assertThat(sink.nextWrite()).isEqualTo("bc");
		this.loop.settle();
		assertThat(connection.writer.queuedEvents()).isZero();
		this.loop.run(() -> connection.writer.offer(message("d")));
		assertThat(sink.takeWrites()).isEmpty();
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("d");
		sink.assertExhausted();
		connection.assertNotEnded();
	}

	@Test
	void staysStoppedWhenTheSinkIsNotReadyAfterAll() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("a")));
		sink.releaseFor(0);
		this.loop.settle();
		assertThat(sink.takeWrites()).isEmpty();
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("a");
		sink.assertRulesKept();
	}

	/**
	 * Frames of all sizes, to clients that stop at any time, over one array for joining:
	 * each client gets all bytes in order, and no array changes under a container that
	 * may still read it.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3 })
	void writesAllBytesInOrderToClientsThatStopAndGo(long seed) {
		Random random = new Random(seed);
		WriterSettings settings = settings(10_000, 1 << 28, OverflowPolicy.DISCONNECT);
		List<FakeFrameSink> sinks = Stream.generate(FakeFrameSink::stalled).limit(4).toList();
		List<Connection> connections = sinks.stream().map((sink) -> open(sink, settings)).toList();
		List<StringBuilder> expected = Stream.generate(StringBuilder::new).limit(4).toList();
		List<StringBuilder> written = Stream.generate(StringBuilder::new).limit(4).toList();
		for (int round = 0; round < 40; round++) {
			List<List<String>> texts = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				List<String> some = new ArrayList<>();
				int count = random.nextInt(5);
				for (int j = 0; j < count; j++) {
					int size = random.nextInt(8) == 0 ? 70_000 : random.nextInt(30_000);
					some.add(String.valueOf((char) ('a' + random.nextInt(26))).repeat(1 + size));
				}
				some.forEach(expected.get(i)::append);
				texts.add(some);
			}
			this.loop.run(() -> {
				for (int i = 0; i < 4; i++) {
					Connection connection = connections.get(i);
					texts.get(i).forEach((text) -> connection.writer.offer(message(text)));
				}
			});
			for (int i = 0; i < 4; i++) {
				if (random.nextBoolean()) {
					sinks.get(i).releaseFor(random.nextInt(3));
				}
			}
		}
		sinks.forEach(FakeFrameSink::release);
		this.loop.settle();
		for (int i = 0; i < 4; i++) {
			written.get(i).append(sinks.get(i).takeText());
			assertThat(written.get(i).toString().equals(expected.get(i).toString())).as("connection " + i).isTrue();
			sinks.get(i).assertRulesKept();
			connections.get(i).assertNotEnded();
		}
	}

	@Test
	void joinsFramesOnceForAllThatWaitForTheSame() {
		List<FakeFrameSink> sinks = Stream.generate(FakeFrameSink::ready).limit(3).toList();
		List<Connection> connections = sinks.stream().map((sink) -> open(sink, settings())).toList();
		Frame first = message("a");
		Frame second = message("b");
		this.loop.run(() -> {
			connections.forEach((connection) -> connection.writer.offer(first));
			connections.forEach((connection) -> connection.writer.offer(second));
		});
		sinks.forEach((sink) -> assertThat(sink.takeWrites()).containsExactly("ab"));
		byte[] array = sinks.get(0).arrays().get(0);
		assertThat(sinks).allSatisfy((sink) -> assertThat(sink.arrays()).singleElement().isSameAs(array));
	}

	@Test
	void joinsAnewForOneThatWaitsForMoreOrLess() {
		List<FakeFrameSink> sinks = Stream.generate(FakeFrameSink::ready).limit(4).toList();
		List<Connection> connections = sinks.stream().map((sink) -> open(sink, settings())).toList();
		Frame a = message("a");
		Frame b = message("b");
		Frame c = message("c");
		List<List<Frame>> waiting = List.of(List.of(a, b), List.of(a, b, c), List.of(a, c), List.of(a, b));
		this.loop.run(() -> {
			for (int i = 0; i < waiting.size(); i++) {
				waiting.get(i).forEach(connections.get(i).writer::offer);
			}
		});
		assertThat(sinks.stream().map(FakeFrameSink::takeText)).containsExactly("ab", "abc", "ac", "ab");
		assertThat(this.counters.messages()).isEqualTo(9);
		assertThat(this.counters.bytes()).isEqualTo(9);
	}

	/**
	 * Frames that some of the connections share, to clients that stop at any time: the
	 * shared array reaches nobody it is not for, and does not change under a container
	 * that may still read it.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void writesSharedFramesToEachItIsForInOrder(long seed) {
		Random random = new Random(seed);
		List<FakeFrameSink> sinks = Stream.generate(() -> FakeFrameSink.readyFor(2)).limit(5).toList();
		List<Connection> connections = sinks.stream()
			.map((sink) -> open(sink, settings(10_000, 1 << 28, OverflowPolicy.DISCONNECT)))
			.toList();
		List<StringBuilder> expected = Stream.generate(StringBuilder::new).limit(5).toList();
		for (int round = 0; round < 60; round++) {
			int events = random.nextInt(6);
			List<Runnable> offers = new ArrayList<>();
			for (int event = 0; event < events; event++) {
				String text = round + "." + event + ":"
						+ "x".repeat((random.nextInt(10) == 0) ? 40_000 : random.nextInt(200)) + ";";
				Frame frame = message(text);
				for (int i = 0; i < 5; i++) {
					if (random.nextInt(4) > 0) {
						expected.get(i).append(text);
						ConnectionWriter writer = connections.get(i).writer;
						boolean atOnce = random.nextInt(4) == 0;
						offers.add(() -> {
							if (atOnce) {
								writer.offerAtOnce(frame);
							}
							else {
								writer.offer(frame);
							}
						});
					}
				}
			}
			this.loop.run(() -> offers.forEach(Runnable::run));
			sinks.get(random.nextInt(5)).releaseFor(random.nextInt(4));
		}
		sinks.forEach(FakeFrameSink::release);
		this.loop.settle();
		for (int i = 0; i < 5; i++) {
			assertThat(sinks.get(i).takeText().equals(expected.get(i).toString())).as("connection " + i).isTrue();
			sinks.get(i).assertRulesKept();
			connections.get(i).assertNotEnded();
		}
	}

	@Test
	void writesAtOnceWhenNothingElseWaits() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		List<String> written = new ArrayList<>();
		this.loop.run(() -> {
			connection.writer.offerAtOnce(message("a"));
			written.addAll(sink.takeWrites());
		});
		assertThat(written).containsExactly("a");
		assertThat(connection.writer.messages()).isEqualTo(1);
		assertThat(connection.writer.isIdle()).isTrue();
		sink.assertExhausted();
	}

	@Test
	void writesNothingAtOnceBeforeWhatWaitsAlready() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offerAtOnce(message("b"));
		});
		assertThat(sink.takeWrites()).containsExactly("ab");
	}

	@Test
	void writesNothingAtOnceToAClientThatTakesNothing() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offerAtOnce(message("a")));
		assertThat(connection.writer.queuedEvents()).isEqualTo(1);
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("a");
		sink.assertExhausted();
	}

	@Test
	void writesNothingAtOnceAfterTheEnd() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.end();
			connection.writer.offerAtOnce(message("a"));
		});
		sink.awaitCompleted();
		sink.assertExhausted();
		assertThat(this.counters.messages()).isZero();
	}

	@Test
	void endsWhenAWriteAtOnceFails() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.breakWith(new IOException("expected by the test"));
		this.loop.run(() -> connection.writer.offerAtOnce(message("a")));
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_GONE);
		assertThat(this.counters.messages()).isZero();
	}

	@Test
	void joinsNoMoreThanFitsIntoOneWrite() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings(100, 1 << 20, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			for (String letter : List.of("a", "b", "c")) {
				connection.writer.offer(message(letter.repeat(30_000)));
			}
			connection.writer.offer(message("d".repeat(65_536)));
			connection.writer.offer(message("e"));
		});
		assertThat(sink.takeWrites()).containsExactly("a".repeat(30_000) + "b".repeat(30_000), "c".repeat(30_000),
				"d".repeat(65_536), "e");
	}

	@Test
	void losesNothingOfABurstLargerThanTheQueueWhenTheClientIsReady() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings(4, 40, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> IntStream.range(0, 1000).forEach((i) -> connection.writer.offer(message(i + ";"))));
		assertThat(sink.takeText())
			.isEqualTo(IntStream.range(0, 1000).mapToObj((i) -> i + ";").collect(Collectors.joining()));
		connection.assertNotEnded();
		assertThat(connection.drops).isEmpty();
		assertThat(this.counters.messages()).isEqualTo(1000);
	}

	@Test
	void tellsWhenAllIsWritten() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.drained.clear());
		this.loop.run(() -> connection.writer.offer(message("a")));
		assertThat(connection.drained).isEmpty();
		sink.release();
		this.loop.settle();
		assertThat(connection.drained).isNotEmpty();
	}

	/**
	 * A replay is fed this way: what is queued when all was written goes out as well.
	 */
	@Test
	void writesWhatIsQueuedWhenAllWasWritten() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings(2, 100, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			connection.refill.addAll(List.of("b", "c", "d"));
			connection.writer.offer(message("a"));
		});
		this.loop.settle();
		this.loop.settle();
		assertThat(sink.takeText()).isEqualTo("abcd");
		connection.assertNotEnded();
	}

	/**
	 * The refill of a replay may leave the queue as full as it was. That is not the
	 * client's fault, who takes everything.
	 */
	@Test
	void endsNoClientThatTakesEverythingWhenItsQueueIsRefilledMeanwhile() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings(2, 100, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			connection.refillSize = 3;
			connection.refill.addAll(List.of("d", "e", "f", "g", "h", "i"));
			connection.writer.offer(message("a"));
			connection.writer.offer(message("b"));
			connection.writer.offer(message("c"));
		});
		this.loop.settle();
		this.loop.settle();
		this.loop.settle();
		connection.assertNotEnded();
		assertThat(sink.takeText()).isEqualTo("abcdefghi");
	}

	/**
	 * {@link FrameSink} allows a sink to call from any thread, the loop's included.
	 */
	@Test
	void writesEachFrameOnceWhenTheSinkCallsBackInTheMiddleOfAWrite() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		AtomicLong calls = new AtomicLong();
		sink.onWrite((bytes) -> {
			if (calls.incrementAndGet() < 10) {
				sink.listener().onWritable();
			}
		});
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offer(message("b"));
		});
		this.loop.settle();
		assertThat(sink.takeText()).isEqualTo("ab");
		assertThat(connection.writer.messages()).isEqualTo(2);
	}

	@Test
	void endsOnceWhenTheSinkReportsAFailureInTheMiddleOfAWrite() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.onWrite((bytes) -> sink.report(new IOException("reset")));
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offer(message("b"));
		});
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_GONE);
		assertThat(connection.ended).hasSize(1);
	}

	// Overflow

	static Stream<Arguments> bounds() {
		return Stream.of(Arguments.of(3, 1000L), Arguments.of(100, 6L));
	}

	@ParameterizedTest
	@MethodSource("bounds")
	void endsASlowConsumer(int maxEvents, long maxBytes) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(maxEvents, maxBytes, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> Stream.of("a1", "a2", "a3").forEach((text) -> connection.writer.offer(message(text))));
		connection.assertNotEnded();
		this.loop.run(() -> Stream.of("a4", "a5").forEach((text) -> connection.writer.offer(message(text))));
		assertThat(connection.ends).containsExactly(CloseReason.SLOW_CONSUMER);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 4));
		sink.awaitAbandoned();
		sink.assertExhausted();
		assertThat(connection.writer.queuedBytes()).isZero();
	}

	@ParameterizedTest
	@MethodSource("bounds")
	void dropsTheOldestEvents(int maxEvents, long maxBytes) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(maxEvents, maxBytes, OverflowPolicy.DROP_OLDEST));
		this.loop.run(() -> Stream.of("a1", "a2", "a3", "a4", "a5")
			.forEach((text) -> connection.writer.offer(message(text))));
		assertThat(connection.drops).containsExactly(new Drop(DropReason.DROP_OLDEST, 1),
				new Drop(DropReason.DROP_OLDEST, 1));
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("a3a4a5");
		connection.assertNotEnded();
	}

	@Test
	void dropsAsManyOldEventsAsALargeOneNeeds() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(100, 10, OverflowPolicy.DROP_OLDEST));
		this.loop.run(() -> Stream.of("a1", "a2", "a3", "a4", "12345678")
			.forEach((text) -> connection.writer.offer(message(text))));
		assertThat(connection.drops).containsExactly(new Drop(DropReason.DROP_OLDEST, 3));
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("a412345678");
	}

	@Test
	void dropsNoControlFrameHoweverOld() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(3, 1000, OverflowPolicy.DROP_OLDEST));
		this.loop.run(() -> {
			connection.writer.offerControl(control("c1"));
			connection.writer.offerControl(control("c2"));
			Stream.of("a1", "a2", "a3").forEach((text) -> connection.writer.offer(message(text)));
		});
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("c1c2a3");
		assertThat(connection.drops).extracting(Drop::count).containsExactly(1, 1);
	}

	@Test
	void tellsOfNoDropWhenNothingWasDropped() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(1, 1000, OverflowPolicy.DROP_OLDEST));
		this.loop.run(() -> {
			connection.writer.offerControl(control("c1"));
			connection.writer.offer(message("a1"));
		});
		assertThat(connection.drops).isEmpty();
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("c1a1");
	}

	@ParameterizedTest
	@MethodSource("bounds")
	void dropsTheNewestEvents(int maxEvents, long maxBytes) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(maxEvents, maxBytes, OverflowPolicy.DROP_NEWEST));
		this.loop.run(() -> Stream.of("a1", "a2", "a3", "a4", "a5")
			.forEach((text) -> connection.writer.offer(message(text))));
		assertThat(connection.drops).containsExactly(new Drop(DropReason.DROP_NEWEST, 1),
				new Drop(DropReason.DROP_NEWEST, 1));
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("a1a2a3");
		connection.assertNotEnded();
	}

	@Test
	void keepsTheNewestEventOfEachKeyWhenConflating() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(4, 1000, OverflowPolicy.CONFLATE));
		this.loop.run(() -> {
			connection.writer.offer(keyed("a1", "a"));
			connection.writer.offer(keyed("b1", "b"));
			connection.writer.offer(message("m1"));
			connection.writer.offer(keyed("a2", "a"));
			assertThat(connection.drops).isEmpty();
			connection.writer.offer(keyed("a3", "a"));
		});
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CONFLATED, 2));
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("b1m1a3");
		connection.assertNotEnded();
	}

	@Test
	void endsASlowConsumerWhenConflatingMakesNoRoom() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(3, 1000, OverflowPolicy.CONFLATE));
		this.loop.run(() -> Stream.of("a", "b", "c", "d").forEach((key) -> connection.writer.offer(keyed(key, key))));
		assertThat(connection.ends).containsExactly(CloseReason.SLOW_CONSUMER);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 4));
	}

	@ParameterizedTest
	@EnumSource
	void takesASingleEventHoweverLarge(OverflowPolicy overflow) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(3, 10, overflow));
		this.loop.run(() -> connection.writer.offer(message("x".repeat(1000))));
		connection.assertNotEnded();
		sink.release();
		assertThat(sink.nextWrite()).hasSize(1000);
	}

	@ParameterizedTest
	@EnumSource
	void takesControlFramesBeyondTheBounds(OverflowPolicy overflow) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(2, 4, overflow));
		this.loop.run(() -> {
			connection.writer.offer(message("a1"));
			connection.writer.offer(message("a2"));
			connection.writer.offerControl(control("c1"));
			connection.writer.offerControl(control("c2"));
		});
		connection.assertNotEnded();
		assertThat(connection.drops).isEmpty();
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("a1a2c1c2");
	}

	@Test
	void doesNotChangeOthersWhenOneIsSlow() {
		FakeFrameSink slowSink = FakeFrameSink.stalled();
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection slow = open(slowSink, settings(3, 1000, OverflowPolicy.DISCONNECT));
		Connection fast = open(sink, settings(3, 1000, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> IntStream.range(0, 10).forEach((i) -> {
			slow.writer.offer(message(i + ";"));
			fast.writer.offer(message(i + ";"));
		}));
		assertThat(slow.ends).containsExactly(CloseReason.SLOW_CONSUMER);
		assertThat(sink.takeText()).isEqualTo("0;1;2;3;4;5;6;7;8;9;");
		fast.assertNotEnded();
	}

	// The end

	@Test
	void completesWhenAllIsWritten() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.end();
			connection.writer.offer(message("late"));
			connection.writer.offerControl(control("c"));
		});
		assertThat(connection.ended).isEmpty();
		sink.release();
		sink.awaitCompleted();
		this.loop.settle();
		assertThat(sink.takeWrites()).containsExactly("ac");
		assertThat(connection.ended).hasSize(1);
		assertThat(connection.drops).isEmpty();
		assertThat(connection.ends).isEmpty();
		sink.assertRulesKept();
	}

	@Test
	void completesAtOnceWhenNothingWaits() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.end();
			connection.writer.end();
		});
		sink.awaitCompleted();
		assertThat(connection.ended).hasSize(1);
	}

	@Test
	void doesNothingAfterTheEnd() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(connection.writer::end);
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offerControl(control("c"));
			connection.writer.end();
			connection.writer.abort();
		});
		sink.release();
		sink.report(new IOException("late"));
		this.loop.advance(Duration.ofHours(1));
		assertThat(connection.ended).hasSize(1);
		assertThat(connection.ends).isEmpty();
		assertThat(connection.writer.queuedEvents()).isZero();
		sink.assertExhausted();
	}

	@Test
	void givesUpOnWhatTheClientDoesNotTakeInTime() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offerControl(control("c"));
			connection.writer.offer(message("b"));
			connection.writer.end();
		});
		this.loop.advance(LINGER.minusNanos(1));
		assertThat(connection.ended).isEmpty();
		this.loop.advance(TICK);
		sink.awaitAbandoned();
		this.loop.settle();
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 2));
		assertThat(connection.ended).hasSize(1);
		sink.assertExhausted();
	}

	@Test
	void dropsWhatWaitsWhenItAborts() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.abort();
			connection.writer.abort();
		});
		sink.awaitAbandoned();
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 1));
		assertThat(connection.ended).hasSize(1);
		sink.assertExhausted();
	}

	@Test
	void leavesNoTimerBehind() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection aborted = open(sink, settings());
		Connection ended = open(FakeFrameSink.ready(), settings());
		assertThat(this.loop.<Integer>call(() -> this.loop.loop().timers().size())).isEqualTo(2);
		this.loop.run(() -> {
			aborted.writer.abort();
			ended.writer.end();
		});
		assertThat(this.loop.<Integer>call(() -> this.loop.loop().timers().size())).isZero();
	}

	static Stream<Arguments> failures() {
		return Stream.of(Arguments.of(new IOException("Broken pipe"), CloseReason.CLIENT_GONE),
				Arguments.of(new IllegalStateException("The response was recycled"), CloseReason.CLIENT_GONE),
				Arguments.of(new SocketTimeoutException("Read timed out"), CloseReason.CLIENT_TIMEOUT));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void endsWhenAWriteFails(Exception failure, CloseReason reason) {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.breakWith(failure);
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offer(message("b"));
			connection.writer.offerControl(control("c"));
		});
		assertThat(connection.ends).containsExactly(reason);
		assertThat(connection.cause).isSameAs(failure);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 2));
		sink.awaitAbandoned();
	}

	@ParameterizedTest
	@MethodSource("failures")
	void endsWhenGoingOnFails(Exception failure, CloseReason reason) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		sink.breakWith(failure);
		sink.release();
		this.loop.settle();
		assertThat(connection.ends).containsExactly(reason);
		assertThat(connection.cause).isSameAs(failure);
	}

	@ParameterizedTest
	@MethodSource("failures")
	void endsWhenTheSinkReportsAFailure(Exception failure, CloseReason reason) {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.report(failure);
		sink.report(new IOException("another"));
		this.loop.settle();
		assertThat(connection.ends).containsExactly(reason);
		assertThat(connection.cause).isSameAs(failure);
	}

	@Test
	void endsWithATimeoutWhenTheContainersTimeoutPasses() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.report(new TimeoutException("The container's timeout passed"));
		this.loop.settle();
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_TIMEOUT);
	}

	@Test
	void endsWhenAHeartbeatFails() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.breakWith(new IOException("Broken pipe"));
		this.loop.advance(HEARTBEAT.plus(TICK));
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_GONE);
		assertThat(connection.ended).hasSize(1);
	}

	// Counting

	@Test
	void countsEventsOfTheApplicationAndNothingElse() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.offerControl(control("control"));
			connection.writer.offer(message("12345"));
			connection.writer.offer(message("123"));
		});
		this.loop.advance(HEARTBEAT.plus(TICK));
		assertThat(connection.writer.messages()).isEqualTo(2);
		assertThat(connection.writer.bytes()).isEqualTo(8);
		assertThat(this.counters.messages()).isEqualTo(2);
		assertThat(this.counters.bytes()).isEqualTo(8);
	}

	@Test
	void countsNoEventWhoseWriteFails() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("12345")));
		sink.breakWith(new IOException("Broken pipe"));
		this.loop.run(() -> {
			connection.writer.offer(message("123"));
			connection.writer.offer(message("123"));
		});
		assertThat(connection.writer.messages()).isOne();
		assertThat(connection.writer.bytes()).isEqualTo(5);
		assertThat(this.counters.messages()).isOne();
		assertThat(this.counters.bytes()).isEqualTo(5);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 2));
	}

	/**
	 * Otherwise whoever has read an event and asks for the statistics could find it
	 * missing.
	 */
	@Test
	void hasCountedAnEventBeforeTheClientCanReadIt() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		AtomicLong counted = new AtomicLong();
		sink.onWrite((bytes) -> counted.set(this.counters.messages()));
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offer(message("b"));
		});
		assertThat(counted).hasValue(2);
	}

	// Time

	@Test
	void writesAHeartbeatWhenIdle() {
		FakeFrameSink sink = FakeFrameSink.ready();
		open(sink, settings());
		this.loop.advance(HEARTBEAT.dividedBy(2).minusMillis(1));
		assertThat(sink.takeWrites()).isEmpty();
		this.loop.advance(HEARTBEAT.dividedBy(2).plus(TICK));
		assertThat(sink.takeWrites()).containsExactly(": heartbeat\n\n");
	}

	/**
	 * The first write to a socket that the peer has closed succeeds; only the next fails.
	 */
	@Test
	void followsAHeartbeatByAnotherToFindOutWhetherTheClientIsThere() {
		FakeFrameSink sink = FakeFrameSink.ready();
		open(sink, settings());
		this.loop.advance(HEARTBEAT.plus(TICK));
		assertThat(sink.takeWrites()).containsExactly(": heartbeat\n\n");
		this.loop.advance(Duration.ofMillis(999));
		assertThat(sink.takeWrites()).isEmpty();
		this.loop.advance(TICK.multipliedBy(2));
		assertThat(sink.takeWrites()).containsExactly(":\n\n");
		this.loop.advance(HEARTBEAT.multipliedBy(9).dividedBy(10).minusMillis(200));
		assertThat(sink.takeWrites()).isEmpty();
		this.loop.advance(HEARTBEAT.dividedBy(10).plusMillis(400));
		assertThat(sink.takeWrites()).containsExactly(": heartbeat\n\n");
	}

	@Test
	void needsNoProbeWhenAnEventFollowsTheHeartbeat() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.advance(HEARTBEAT.plus(TICK));
		this.loop.run(() -> connection.writer.offer(message("a")));
		this.loop.advance(Duration.ofSeconds(2));
		assertThat(sink.takeWrites()).containsExactly(": heartbeat\n\n", "a");
	}

	@Test
	void writesAHeartbeatEventWhenToldTo() {
		FakeFrameSink sink = FakeFrameSink.ready();
		open(sink, new WriterSettings(10, 1000, OverflowPolicy.DISCONNECT, HEARTBEAT, HeartbeatMode.EVENT,
				CLIENT_TIMEOUT, null, LINGER));
		this.loop.advance(HEARTBEAT.plus(TICK));
		assertThat(EventStreamParser.parse(sink.nextBytes())).singleElement().satisfies((event) -> {
			assertThat(event.name()).isEqualTo("heartbeat");
			assertThat(event.id()).isEmpty();
			assertThat(event.data()).matches("\\{\"timestamp\":[0-9]{10}}");
		});
	}

	@Test
	void writesNoHeartbeatToABusyConnection() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		for (int i = 0; i < 20; i++) {
			this.loop.advance(HEARTBEAT.dividedBy(2).minusMillis(1));
			this.loop.run(() -> connection.writer.offer(message("a")));
		}
		assertThat(sink.takeText()).isEqualTo("a".repeat(20));
	}

	@Test
	void doesNotWriteHeartbeatsToAllAtTheSameTime() {
		List<FakeFrameSink> sinks = Stream.generate(FakeFrameSink::ready).limit(50).toList();
		sinks.forEach((sink) -> open(sink, settings()));
		this.loop.advance(HEARTBEAT.multipliedBy(3).dividedBy(4));
		long early = sinks.stream().filter((sink) -> !sink.takeWrites().isEmpty()).count();
		assertThat(early).isBetween(5L, 45L);
	}

	@Test
	void endsWhenTheClientTakesNothingForTooLong() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("a")));
		this.loop.advance(CLIENT_TIMEOUT.minusNanos(1));
		connection.assertNotEnded();
		this.loop.advance(TICK.multipliedBy(2));
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_TIMEOUT);
		sink.awaitAbandoned();
		assertThat(sink.takeWrites()).containsExactly("a");
		sink.assertExhausted();
	}

	@Test
	void endsWhenTheClientNeverTakesAnything() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.advance(CLIENT_TIMEOUT.minusNanos(1));
		connection.assertNotEnded();
		this.loop.advance(TICK.multipliedBy(2));
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_TIMEOUT);
	}

	@Test
	void waitsAsLongAgainWhenTheClientTakesSomething() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("a")));
		for (int i = 0; i < 3; i++) {
			this.loop.advance(CLIENT_TIMEOUT.minusSeconds(1));
			sink.releaseFor(1);
			this.loop.settle();
			this.loop.run(() -> connection.writer.offer(message("b")));
		}
		connection.assertNotEnded();
		this.loop.advance(CLIENT_TIMEOUT.plus(TICK));
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_TIMEOUT);
		sink.assertRulesKept();
	}

	/**
	 * While it takes nothing its timer runs to the client timeout. Were it left there, an
	 * idle proxy would have closed the stream before the next heartbeat.
	 */
	@Test
	void writesAHeartbeatInTimeAfterTheClientHadTakenNothing() {
		FakeFrameSink sink = FakeFrameSink.readyFor(1);
		Connection connection = open(sink, settings());
		this.loop.run(() -> connection.writer.offer(message("a")));
		this.loop.advance(Duration.ofMinutes(2));
		sink.release();
		this.loop.settle();
		this.loop.advance(HEARTBEAT.plus(TICK));
		assertThat(sink.takeWrites()).containsExactly("a", ": heartbeat\n\n");
	}

	@Test
	void endsWhenItsLifetimePasses() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Duration lifetime = Duration.ofMinutes(10);
		Connection connection = open(sink, settings(lifetime));
		for (int i = 0; i < 47; i++) {
			this.loop.advance(Duration.ofSeconds(10));
			this.loop.run(() -> connection.writer.offer(message("a")));
		}
		connection.assertNotEnded();
		for (int i = 0; i < 14; i++) {
			this.loop.advance(Duration.ofSeconds(10));
		}
		assertThat(connection.ends).containsExactly(CloseReason.MAX_LIFETIME);
		sink.awaitCompleted();
		sink.assertRulesKept();
	}

	@Test
	void endsWhenItsLifetimePassesAlthoughTheClientTakesNothing() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(Duration.ofMinutes(1)));
		this.loop.run(() -> connection.writer.offer(message("a")));
		this.loop.advance(Duration.ofMinutes(1).plus(TICK));
		assertThat(connection.ends).containsExactly(CloseReason.MAX_LIFETIME);
		assertThat(connection.ended).isEmpty();
		this.loop.advance(LINGER.plus(TICK));
		sink.awaitAbandoned();
		assertThat(connection.ended).hasSize(1);
	}

	/**
	 * {@link System#nanoTime()} may be anything, so the later of two times may be the
	 * smaller number.
	 */
	@Test
	void endsWhenItsLifetimePassesAlthoughTheClockOverflows() {
		this.loop.close();
		this.loop = new TestLoop(Long.MAX_VALUE - CLIENT_TIMEOUT.toNanos());
		Connection connection = open(FakeFrameSink.stalled(), settings(CLIENT_TIMEOUT.minusMinutes(1)));
		this.loop.advance(Duration.ofSeconds(1));
		Connection other = open(FakeFrameSink.stalled(), settings(CLIENT_TIMEOUT.minusMinutes(1)));
		this.loop.advance(CLIENT_TIMEOUT.minusMinutes(1).plus(TICK));
		assertThat(connection.ends).containsExactly(CloseReason.MAX_LIFETIME);
		assertThat(other.ends).containsExactly(CloseReason.MAX_LIFETIME);
	}

	@Test
	void doesNotEndAllLifetimesAtTheSameTime() {
		List<Connection> connections = Stream
			.generate(() -> open(FakeFrameSink.ready(), settings(Duration.ofMinutes(10))))
			.limit(50)
			.toList();
		this.loop.advance(Duration.ofMinutes(9));
		long early = connections.stream().filter((connection) -> !connection.ends.isEmpty()).count();
		assertThat(early).isBetween(5L, 45L);
	}

	@Test
	void lastsAsLongAsItLikesWithoutALifetime() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		this.loop.advance(Duration.ofDays(400));
		connection.assertNotEnded();
	}

	// Counts

	@Test
	void countsTheEventWhoseWriteFails() {
		FakeFrameSink sink = FakeFrameSink.ready();
		Connection connection = open(sink, settings());
		sink.breakWith(new IOException("Broken pipe"));
		this.loop.run(() -> connection.writer.offerAtOnce(message("a")));
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_GONE);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 1));
		assertThat(connection.writer.messages()).isZero();
	}

	@ParameterizedTest
	@EnumSource(value = OverflowPolicy.class, names = { "DISCONNECT", "CONFLATE" })
	void countsTheEventThatMakesASlowConsumer(OverflowPolicy overflow) {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(2, 1 << 20, overflow));
		this.loop.run(() -> IntStream.range(0, 3).forEach((i) -> connection.writer.offer(message("x"))));
		assertThat(connection.ends).containsExactly(CloseReason.SLOW_CONSUMER);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 3));
	}

	@Test
	void countsTheEventThatFindsAFailureWhenItLooksForRoom() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(2, 1 << 20, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			connection.writer.offer(message("a"));
			connection.writer.offer(message("b"));
			sink.report(new IOException("Connection reset by peer"));
			connection.writer.offer(message("c"));
		});
		assertThat(connection.ends).containsExactly(CloseReason.CLIENT_GONE);
		assertThat(connection.drops).containsExactly(new Drop(DropReason.CLOSED, 3));
	}

	/**
	 * Whatever a client does and however its connection ends, each event that was offered
	 * is either written or counted as dropped, and the listener has been told before the
	 * end.
	 */
	@ParameterizedTest
	@MethodSource("seedsAndPolicies")
	void countsEachEventAsWrittenOrDropped(long seed, OverflowPolicy overflow) {
		Random random = new Random(seed);
		FakeFrameSink sink = FakeFrameSink.readyFor(random.nextInt(4));
		Connection connection = open(sink, settings(1 + random.nextInt(6), 40, overflow));
		AtomicLong offered = new AtomicLong();
		for (int i = 0; i < 60 && connection.ended.isEmpty(); i++) {
			act(random, connection, sink, offered);
		}
		this.loop.run(() -> end(random, connection, sink));
		sink.release();
		this.loop.settle();
		this.loop.advance(LINGER.plus(TICK));
		assertThat(connection.ended).containsExactly(true);
		long dropped = connection.drops.stream().mapToLong(Drop::count).sum();
		assertThat(connection.writer.messages() + dropped).isEqualTo(offered.get());
		assertThat(connection.droppedAfterTheEnd).isZero();
	}

	private void act(Random random, Connection connection, FakeFrameSink sink, AtomicLong offered) {
		switch (random.nextInt(8)) {
			case 0 -> sink.releaseFor(random.nextInt(3));
			case 1 -> sink.stall();
			case 2 -> {
				if (random.nextInt(10) == 0) {
					sink.breakWith(new IOException("Broken pipe"));
				}
			}
			default -> this.loop.run(() -> {
				for (int i = random.nextInt(5); i >= 0 && connection.ended.isEmpty(); i--) {
					Frame frame = keyed("x".repeat(1 + random.nextInt(15)), "key-" + random.nextInt(3));
					offer(random, connection, frame, offered);
				}
			});
		}
	}

	private static void offer(Random random, Connection connection, Frame frame, AtomicLong offered) {
		switch (random.nextInt(3)) {
			case 0 -> {
				offered.incrementAndGet();
				connection.writer.offerAtOnce(frame);
			}
			case 1 -> {
				offered.incrementAndGet();
				connection.writer.offer(frame);
			}
			default -> offered.addAndGet(connection.writer.offerFromBacklog(frame) ? 1 : 0);
		}
	}

	private static void end(Random random, Connection connection, FakeFrameSink sink) {
		switch (random.nextInt(3)) {
			case 0 -> connection.writer.abort();
			case 1 -> connection.writer.end();
			default -> {
				sink.report(new IOException("Connection reset by peer"));
				connection.writer.end();
			}
		}
	}

	private static Stream<Arguments> seedsAndPolicies() {
		return LongStream.range(0, 40)
			.boxed()
			.flatMap((seed) -> Stream.of(OverflowPolicy.values()).map((overflow) -> Arguments.of(seed, overflow)));
	}

	// What can wait elsewhere

	@Test
	void takesABacklogForHalfOfTheQueue() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(6, 1 << 20, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			assertThat(IntStream.range(0, 5).filter((i) -> connection.writer.offerFromBacklog(message("b"))).count())
				.isEqualTo(3);
			IntStream.range(0, 3).forEach((i) -> connection.writer.offer(message("p")));
			assertThat(connection.writer.offerFromBacklog(message("b"))).isFalse();
		});
		connection.assertNotEnded();
		sink.release();
		assertThat(sink.nextWrite()).isEqualTo("bbbppp");
	}

	@Test
	void takesABacklogForHalfOfTheBytes() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(100, 20, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			assertThat(connection.writer.offerFromBacklog(message("123456"))).isTrue();
			assertThat(connection.writer.offerFromBacklog(message("12345"))).isFalse();
			assertThat(connection.writer.offerFromBacklog(message("1234"))).isTrue();
			connection.writer.offer(message("0123456789"));
		});
		connection.assertNotEnded();
	}

	@Test
	void takesASingleEventOfABacklogWhateverItsSize() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings(1, 20, OverflowPolicy.DISCONNECT));
		this.loop.run(() -> {
			assertThat(connection.writer.offerFromBacklog(message("x".repeat(20)))).isTrue();
			assertThat(connection.writer.offerFromBacklog(message("y"))).isFalse();
		});
	}

	@Test
	void takesNoBacklogWhenItEnds() {
		FakeFrameSink sink = FakeFrameSink.stalled();
		Connection connection = open(sink, settings());
		this.loop.run(() -> {
			connection.writer.end();
			assertThat(connection.writer.offerFromBacklog(message("x"))).isFalse();
		});
	}

	// Fixture

	private Connection open(FakeFrameSink sink, WriterSettings settings) {
		Connection connection = new Connection(this.loop, settings, this.counters, sink);
		this.loop.run(connection.writer::start);
		sink.attach(connection.writer);
		this.loop.settle();
		return connection;
	}

	private static WriterSettings settings() {
		return settings(10, 1 << 20, OverflowPolicy.DISCONNECT);
	}

	private static WriterSettings settings(int maxEvents, long maxBytes, OverflowPolicy overflow) {
		return new WriterSettings(maxEvents, maxBytes, overflow, HEARTBEAT, HeartbeatMode.COMMENT, CLIENT_TIMEOUT, null,
				LINGER);
	}

	private static WriterSettings settings(Duration maxLifetime) {
		return new WriterSettings(10, 1 << 20, OverflowPolicy.DISCONNECT, HEARTBEAT, HeartbeatMode.COMMENT,
				CLIENT_TIMEOUT, maxLifetime, LINGER);
	}

	private static Frame message(String text) {
		return keyed(text, null);
	}

	private static Frame keyed(String text, @Nullable String key) {
		return new Frame(text.getBytes(StandardCharsets.UTF_8), key, true);
	}

	private static Frame control(String text) {
		return Frame.control(text.getBytes(StandardCharsets.UTF_8));
	}

	private record Drop(DropReason reason, int count) {
	}

	/**
	 * Ends its writer the way a real connection does. Its lists are written on the loop's
	 * thread and read after {@link TestLoop#settle()}.
	 */
	private static final class Connection implements WriterListener {

		private final ConnectionWriter writer;

		private final List<CloseReason> ends = new ArrayList<>();

		private final List<Drop> drops = new ArrayList<>();

		private final List<Boolean> drained = new ArrayList<>();

		private final List<Boolean> ended = new ArrayList<>();

		private final List<String> refill = new ArrayList<>();

		private int refillSize = 1;

		private int droppedAfterTheEnd;

		private @Nullable Throwable cause;

		private Connection(TestLoop loop, WriterSettings settings, DeliveryCounters counters, FakeFrameSink sink) {
			this.writer = new ConnectionWriter(loop.loop(), settings, counters, this, sink);
		}

		@Override
		public void onDrained() {
			this.drained.add(true);
			for (int i = 0; i < this.refillSize && !this.refill.isEmpty(); i++) {
				this.writer.offerControl(control(this.refill.remove(0)));
			}
		}

		@Override
		public void onDropped(DropReason reason, int count) {
			this.drops.add(new Drop(reason, count));
			this.droppedAfterTheEnd += this.ended.isEmpty() ? 0 : count;
		}

		@Override
		public void onEnd(CloseReason reason, @Nullable Throwable cause) {
			this.ends.add(reason);
			this.cause = cause;
			if (reason == CloseReason.MAX_LIFETIME) {
				this.writer.end();
			}
			else {
				this.writer.abort();
			}
		}

		@Override
		public void onEnded() {
			this.ended.add(true);
		}

		private void assertNotEnded() {
			assertThat(this.ends).isEmpty();
			assertThat(this.ended).isEmpty();
		}

	}

}
