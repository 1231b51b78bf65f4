package io.github.ssehub.test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.ssehub.Target;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.NodeChannel;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * What every {@link EventLog} does, whatever it stores entries in. The test class of an
 * implementation extends this one and makes logs in {@link #createLog(LogLimits)}.
 * <p>
 * The contract, in short:
 * <ul>
 * <li>Nothing works before the log is started, and starting it says where its tail
 * begins.</li>
 * <li>There is one order. The tail is called in it, by one thread at a time, and the
 * offsets of kept entries count it without a hole, whoever appends.</li>
 * <li>An ephemeral entry has its place in the order, no offset of its own and no
 * {@code id} in its frame, and is not kept.</li>
 * <li>An id that was appended within the window is not appended again.</li>
 * <li>Reading answers with every entry that was asked for or with the reason why it
 * cannot, never with some of them.</li>
 * <li>While the tail waits, appending may wait and reading must not: whoever makes the
 * tail wait may be the one who reads.</li>
 * </ul>
 */
public abstract class EventLogCompatibilityKit {

	/**
	 * How long to wait for something that must happen.
	 */
	protected static final Duration PATIENCE = Duration.ofSeconds(10);

	private final List<EventLog> logs = new ArrayList<>();

	private final ExecutorService threads = Executors.newCachedThreadPool((task) -> {
		Thread thread = new Thread(task, "event-log-test");
		thread.setDaemon(true);
		return thread;
	});

	/**
	 * Makes an empty log that shares nothing with others and is not started.
	 * @param limits how much it keeps
	 * @return the log; the kit closes it
	 */
	protected abstract EventLog createLog(LogLimits limits);

	@AfterEach
	void closeLogs() {
		this.logs.forEach(EventLog::close);
		this.threads.shutdownNow();
	}

	// The order

	@Test
	void callsTailInTheOrderOfPositionsWhenManyAppend() throws Exception {
		int appenders = 4;
		int each = 250;
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10_000), tail);
		inParallel(appenders, (appender) -> {
			for (int i = 0; i < each; i++) {
				log.append(kept(appender + "-" + i));
			}
		});
		List<LogEntry> entries = tail.take(appenders * each);
		assertThat(entries).extracting((entry) -> entry.position().offset())
			.containsExactlyElementsOf(LongStream.rangeClosed(1, appenders * each).boxed().toList());
		for (int appender = 0; appender < appenders; appender++) {
			String prefix = appender + "-";
			assertThat(entries).extracting(EventLogCompatibilityKit::data)
				.filteredOn((data) -> data.startsWith(prefix))
				.containsExactlyElementsOf(IntStream.range(0, each).mapToObj((i) -> prefix + i).toList());
		}
		tail.assertExhausted();
		tail.assertCalledByOneThreadAtATime();
	}

	@Test
	void returnsThePositionUnderWhichTheTailGetsTheEntry() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		Appended first = log.append(kept("a"));
		Appended second = log.append(kept("b"));
		assertThat(first.duplicate()).isFalse();
		assertThat(second.position()).isEqualTo(first.position().at(first.position().offset() + 1));
		assertThat(tail.take(2)).extracting(LogEntry::position).containsExactly(first.position(), second.position());
	}

	@Test
	void hasTheHeadAtTheLastKeptEntry() {
		EventLog log = start(limits(10));
		assertThat(log.head().offset()).isZero();
		Position first = log.append(kept("a")).position();
		assertThat(first).isEqualTo(log.head()).isEqualTo(log.head().at(1));
		log.append(ephemeral("b"));
		assertThat(log.head()).isEqualTo(first);
		assertThat(log.append(kept("c")).position()).isEqualTo(log.head()).isEqualTo(first.at(2));
	}

	@Test
	void passesEphemeralEntriesInTheirPlace() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		Position first = log.append(kept("a")).position();
		Appended appended = log.append(ephemeral("b"));
		Position second = log.append(kept("c")).position();
		assertThat(appended).isEqualTo(new Appended(first, false));
		assertThat(second).isEqualTo(first.at(2));
		List<LogEntry> entries = tail.take(3);
		assertThat(entries).extracting(EventLogCompatibilityKit::data).containsExactly("a", "b", "c");
		assertThat(entries).extracting(LogEntry::ephemeral).containsExactly(false, true, false);
		assertThat(entries).extracting(LogEntry::position).containsExactly(first, first, second);
	}

	@Test
	void writesThePositionIntoTheFrameOfKeptEntriesAlone() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		Position position = log.append(kept("a")).position();
		log.append(ephemeral("b"));
		assertThat(tail.take(2)).extracting((entry) -> new String(entry.frame(), StandardCharsets.UTF_8))
			.containsExactly("id: " + position + "\nevent: test\ndata: a\n\n", "event: test\ndata: b\n\n");
	}

	@Test
	void doesNotKeepEphemeralEntries() {
		EventLog log = start(limits(10));
		log.append(kept("a"));
		log.append(ephemeral("b"));
		log.append(kept("c"));
		assertThat(readAll(log)).extracting(EventLogCompatibilityKit::data).containsExactly("a", "c");
	}

	@Test
	void passesEveryPropertyOfARecordOn() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		List<Target> targets = List.of(Target.broadcast(), Target.user("Zoë,:*"), Target.users(Set.of("u 1", "u,2")),
				Target.topic("a:b"), Target.topics(Set.of("x", "y y", "\uD83D\uDE00")), Target.connection("c-1"));
		List<@Nullable String> keys = Arrays.asList(null, "key", "sch\u00F6n", "a,b", "*", null);
		String data = "data: " + "\u20AC".repeat(20_000) + "\ndata:\n";
		for (int i = 0; i < targets.size(); i++) {
			log.append(new LogRecord(targets.get(i), "name \u00E9" + i, keys.get(i), null, false,
					data.getBytes(StandardCharsets.UTF_8)));
		}
		for (List<LogEntry> entries : List.of(tail.take(targets.size()), readAll(log))) {
			for (int i = 0; i < targets.size(); i++) {
				LogEntry entry = entries.get(i);
				assertThat(entry.target()).isEqualTo(targets.get(i));
				assertThat(entry.name()).isEqualTo("name \u00E9" + i);
				assertThat(entry.key()).isEqualTo(keys.get(i));
				assertThat(entry.ephemeral()).isFalse();
				assertThat(new String(entry.frame(), StandardCharsets.UTF_8))
					.isEqualTo("id: " + entry.position() + "\n" + data + "\n");
			}
		}
	}

	@Test
	void hasPositionsThatAClientCanSendBack() {
		EventLog log = start(limits(10));
		Position position = log.append(kept("a")).position();
		assertThat(Position.parse(position.toString())).isEqualTo(position);
		assertThat(position.toString()).matches("[0-9A-Za-z._~=-]{1,128}");
	}

	// Idempotency

	@Test
	void appendsAnIdOnce() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		Position first = log.append(identified("a", "id-1")).position();
		log.append(kept("b"));
		assertThat(log.append(identified("c", "id-1"))).isEqualTo(new Appended(first, true));
		assertThat(log.append(identified("d", "id-2")).duplicate()).isFalse();
		assertThat(tail.take(3)).extracting(EventLogCompatibilityKit::data).containsExactly("a", "b", "d");
		tail.assertExhausted();
		assertThat(readAll(log)).extracting(EventLogCompatibilityKit::data).containsExactly("a", "b", "d");
	}

	@Test
	void appendsAnIdOnceWhenManyTry() throws Exception {
		int appenders = 4;
		int ids = 50;
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(1000), tail);
		List<Set<Position>> positions = IntStream.range(0, ids)
			.<Set<Position>>mapToObj((i) -> new HashSet<>())
			.toList();
		int[] firsts = new int[ids];
		inParallel(appenders, (appender) -> {
			for (int i = 0; i < ids; i++) {
				Appended appended = log.append(identified("data", "id-" + i));
				synchronized (positions) {
					positions.get(i).add(appended.position());
					firsts[i] += appended.duplicate() ? 0 : 1;
				}
			}
		});
		assertThat(firsts).containsOnly(1);
		assertThat(positions).allSatisfy((position) -> assertThat(position).hasSize(1));
		tail.take(ids);
		tail.assertExhausted();
		assertThat(log.head().offset()).isEqualTo(ids);
	}

	@Test
	void remembersTheIdOfAnEphemeralRecord() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		LogRecord record = new LogRecord(Target.broadcast(), "test", null, "id-1", true, fields("a"));
		assertThat(log.append(record).duplicate()).isFalse();
		assertThat(log.append(record).duplicate()).isTrue();
		assertThat(tail.take(1)).extracting(EventLogCompatibilityKit::data).containsExactly("a");
		tail.assertExhausted();
	}

	@Test
	void passesWhatCausedTheRecord() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		log.append(kept("untraced"));
		log.append(new LogRecord(Target.broadcast(), "test", null, null, false, fields("a"), traceparent));
		assertThat(tail.take(2)).extracting(LogEntry::traceparent).containsExactly(null, traceparent);
		assertThat(readAll(log)).extracting(LogEntry::traceparent).containsExactly(null, traceparent);
	}

	@Test
	void remembersTheIdOfAnEvictedRecord() {
		EventLog log = start(limits(2));
		Position first = log.append(identified("a", "id-1")).position();
		for (int i = 0; i < 10; i++) {
			log.append(kept("filler"));
		}
		assertThat(log.append(identified("a", "id-1"))).isEqualTo(new Appended(first, true));
	}

	// Reading

	@Test
	void readsNothingWhenCaughtUp() {
		EventLog log = start(limits(10));
		append(log, 5);
		assertThat(log.read(log.head(), log.head(), 10)).isEqualTo(new Replay.Entries(List.of()));
	}

	@Test
	void readsOneEntryWhenOneBehind() {
		EventLog log = start(limits(10));
		append(log, 5);
		assertThat(offsets(log.read(log.head().at(4), log.head(), 10))).containsExactly(5L);
	}

	@Test
	void readsAllEntriesFromTheBeginning() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		append(log, 5);
		List<LogEntry> entries = readAll(log);
		List<LogEntry> passed = tail.take(5);
		assertThat(entries).hasSize(5);
		for (int i = 0; i < 5; i++) {
			assertThat(entries.get(i).position()).isEqualTo(passed.get(i).position());
			assertThat(entries.get(i).frame()).isEqualTo(passed.get(i).frame());
		}
	}

	@Test
	void readsNothingFromAnEmptyLog() {
		EventLog log = start(limits(10));
		assertThat(log.read(log.head(), log.head(), 10)).isEqualTo(new Replay.Entries(List.of()));
	}

	@Test
	void readsAsManyEntriesAsAreKeptAndNoMore() {
		EventLog log = start(limits(5));
		append(log, 20);
		Position head = log.head();
		assertThat(offsets(log.read(head.at(15), head, 100))).containsExactly(16L, 17L, 18L, 19L, 20L);
		assertThat(log.read(head.at(14), head, 100)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
		assertThat(log.read(head.at(0), head, 100)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
	}

	@Test
	void answersGapEvenWhenTheLimitWouldEndBeforeTheFirstKeptEntry() {
		EventLog log = start(limits(5));
		append(log, 20);
		assertThat(log.read(log.head().at(3), log.head(), 1)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
	}

	@Test
	void answersUnknownToAPositionAheadOfTheHead() {
		EventLog log = start(limits(10));
		Position head = log.head();
		assertThat(log.read(head.at(1), head.at(1), 10)).isEqualTo(new Replay.Unknown());
		append(log, 5);
		assertThat(log.read(head.at(6), head.at(6), 10)).isEqualTo(new Replay.Unknown());
		assertThat(log.read(head.at(999_999_999_999_999_999L), head.at(5), 10)).isEqualTo(new Replay.Unknown());
	}

	@Test
	void answersGapToAPositionOfAnotherEpoch() {
		EventLog log = start(limits(10));
		append(log, 5);
		for (long offset : new long[] { 0, 3, 5, 6 }) {
			assertThat(log.read(new Position("another", offset), log.head(), 10))
				.isEqualTo(new Replay.Gap(Replay.Gap.Cause.EPOCH));
		}
	}

	@Test
	void readsNoFurtherThanAsked() {
		EventLog log = start(limits(10));
		append(log, 8);
		Position head = log.head();
		assertThat(offsets(log.read(head.at(2), head.at(5), 10))).containsExactly(3L, 4L, 5L);
		assertThat(log.read(head.at(5), head.at(5), 10)).isEqualTo(new Replay.Entries(List.of()));
		assertThat(offsets(log.read(head.at(6), head.at(100), 10))).containsExactly(7L, 8L);
	}

	@Test
	void readsEverythingOnceInChunks() {
		EventLog log = start(limits(100));
		append(log, 50);
		Position head = log.head();
		List<Long> offsets = new ArrayList<>();
		Position after = head.at(0);
		List<LogEntry> chunk = entries(log.read(after, head, 7));
		while (!chunk.isEmpty()) {
			assertThat(chunk).hasSizeLessThanOrEqualTo(7);
			chunk.forEach((entry) -> offsets.add(entry.position().offset()));
			after = chunk.get(chunk.size() - 1).position();
			chunk = entries(log.read(after, head, 7));
		}
		assertThat(offsets).containsExactlyElementsOf(LongStream.rangeClosed(1, 50).boxed().toList());
	}

	@Test
	void keepsNothingWithoutAHistory() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(0), tail);
		append(log, 3);
		assertThat(tail.take(3)).extracting((entry) -> entry.position().offset()).containsExactly(1L, 2L, 3L);
		Position head = log.head();
		assertThat(head.offset()).isEqualTo(3);
		assertThat(log.read(head, head, 10)).isEqualTo(new Replay.Entries(List.of()));
		assertThat(log.read(head.at(2), head, 10)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
		assertThat(log.read(head.at(0), head, 10)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
	}

	@Test
	void readsWithoutAHoleWhileOthersAppend() throws Exception {
		int count = 1000;
		EventLog log = start(limits(count));
		Future<?> appender = this.threads.submit(() -> append(log, count));
		long last = 0;
		while (last < count) {
			Position head = log.head();
			for (LogEntry entry : entries(log.read(head.at(last), head, 16))) {
				assertThat(entry.position().offset()).isEqualTo(++last);
			}
			assertThat(appender.isDone() && log.head().offset() < count).isFalse();
		}
		appender.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	/**
	 * A delivery loop that lags makes the tail wait, and may then read the log for a
	 * client that resumes. Were it to wait for the appender, neither would go on.
	 */
	@Test
	void isReadWhileTheTailWaits() throws Exception {
		CountDownLatch waiting = new CountDownLatch(1);
		CountDownLatch released = new CountDownLatch(1);
		EventLog log = createLog(limits(10));
		this.logs.add(log);
		log.start(tail((entry) -> {
			if (data(entry).equals("wait")) {
				waiting.countDown();
				await(released);
			}
		}));
		append(log, 5);
		Future<Appended> appended = this.threads.submit(() -> log.append(kept("wait")));
		await(waiting);
		try {
			assertThat(offsets(inTime(() -> log.read(log.head().at(2), log.head().at(5), 10)))).containsExactly(3L, 4L,
					5L);
			assertThat(inTime(log::head).offset()).isGreaterThanOrEqualTo(5);
			assertThat(inTime(log::describe)).isNotEmpty();
		}
		finally {
			released.countDown();
		}
		assertThat(appended.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).position().offset()).isEqualTo(6);
	}

	/**
	 * A delivery loop reads by this method, so it either answers as the other one does or
	 * leaves it to that.
	 */
	@Test
	void readsAtOnceWhatItReads() {
		EventLog log = start(limits(5));
		append(log, 20);
		Position head = log.head();
		for (Position after : List.of(head, head.at(19), head.at(15), head.at(14), head.at(0), head.at(21),
				new Position("another", 3))) {
			Replay now = log.readNow(after, head, 3);
			if (now != null) {
				assertThat(now).usingRecursiveComparison().isEqualTo(log.read(after, head, 3));
			}
		}
	}

	@Test
	void describesItselfInCamelCase() {
		EventLog log = start(limits(10));
		append(log, 3);
		Map<String, Object> description = log.describe();
		assertThat(description).containsEntry("head", log.head().toString());
		assertThat(description.keySet()).allMatch((name) -> name.matches("[a-z][A-Za-z0-9]*"));
	}

	// Talking to the other nodes

	/**
	 * By what comes back a node knows that it is heard, and for how long it has not been.
	 */
	@Test
	void bringsAMessageBackToTheNodeThatSendsIt() throws Exception {
		NodeChannel channel = start(limits(10)).nodeChannel().orElse(null);
		assumeThat(channel).as("a channel").isNotNull();
		BlockingQueue<String> received = new LinkedBlockingQueue<>();
		channel.open((message) -> received.add(new String(message, StandardCharsets.UTF_8)));
		String message = null;
		for (int i = 0; i < PATIENCE.toSeconds() * 10 && message == null; i++) {
			// What is sent before the channel is connected is lost.
			channel.send("hello\n\u00e4".getBytes(StandardCharsets.UTF_8));
			message = received.poll(100, TimeUnit.MILLISECONDS);
		}
		assertThat(message).isEqualTo("hello\n\u00e4");
	}

	// The end

	@Test
	void neitherAppendsNorCallsTheTailAfterTheEnd() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		append(log, 3);
		tail.take(3);
		log.close();
		assertThatIllegalStateException().isThrownBy(() -> log.append(kept("late")));
		tail.assertExhausted();
	}

	@Test
	void endsWhileOthersAppend() throws Exception {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		Future<Integer> appender = this.threads.submit(() -> {
			int count = 0;
			try {
				while (true) {
					log.append(kept("a"));
					count++;
				}
			}
			catch (IllegalStateException ex) {
				return count;
			}
		});
		tail.take(10);
		log.close();
		tail.assertNotCalledFromNowOn(() -> appender.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
	}

	@Test
	void mayBeClosedTwice() {
		EventLog log = start(limits(10));
		log.close();
		assertThatCode(log::close).doesNotThrowAnyException();
	}

	@Test
	void mayBeClosedWithoutAStart() {
		EventLog log = createLog(limits(10));
		assertThatCode(log::close).doesNotThrowAnyException();
	}

	@Test
	void refusesASecondStart() {
		RecordingTail tail = new RecordingTail();
		EventLog log = start(limits(10), tail);
		assertThatIllegalStateException().isThrownBy(() -> log.start(tail((entry) -> {
		})));
		append(log, 1);
		tail.take(1);
	}

	@Test
	void doesNothingBeforeItIsStarted() {
		EventLog log = createLog(limits(10));
		this.logs.add(log);
		Position position = Position.start();
		assertThatIllegalStateException().isThrownBy(() -> log.append(kept("a")));
		assertThatIllegalStateException().isThrownBy(log::head);
		assertThatIllegalStateException().isThrownBy(() -> log.read(position, position, 1));
		assertThatIllegalStateException().isThrownBy(() -> log.readNow(position, position, 1));
		assertThatIllegalStateException().isThrownBy(log::describe);
	}

	@Test
	void saysWhereItsTailBegins() {
		RecordingTail tail = new RecordingTail();
		EventLog log = createLog(limits(10));
		this.logs.add(log);
		Position begin = log.start(tail);
		assertThat(log.head()).isEqualTo(begin);
		log.append(kept("a"));
		assertThat(tail.take(1)).extracting(LogEntry::position).containsExactly(begin.at(begin.offset() + 1));
	}

	// What implementations' own tests use as well

	/**
	 * Makes and starts a log whose tail is not looked at.
	 * @param limits how much it keeps
	 * @return the log
	 */
	protected final EventLog start(LogLimits limits) {
		return start(limits, tail((entry) -> {
		}));
	}

	/**
	 * Makes and starts a log.
	 * @param limits how much it keeps
	 * @param tail its tail
	 * @return the log
	 */
	protected final EventLog start(LogLimits limits, LogTail tail) {
		EventLog log = createLog(limits);
		this.logs.add(log);
		log.start(tail);
		return log;
	}

	private static LogTail tail(Consumer<LogEntry> onEntry) {
		return new LogTail() {

			@Override
			public void onEntry(LogEntry entry) {
				onEntry.accept(entry);
			}

			@Override
			public void onGap(Replay.Gap.Cause cause, Position position) {
				throw new AssertionError("A gap at %s: %s".formatted(position, cause));
			}

		};
	}

	/**
	 * Limits of which only the history matters.
	 * @param history the greatest number of entries
	 * @return the limits
	 */
	protected static LogLimits limits(int history) {
		return new LogLimits(history, 1 << 26, null, Duration.ofMinutes(5), 10_000);
	}

	/**
	 * Appends numbered records.
	 * @param log the log
	 * @param count how many
	 */
	protected static void append(EventLog log, int count) {
		for (int i = 1; i <= count; i++) {
			log.append(kept("data-" + i));
		}
	}

	/**
	 * A record for everybody.
	 * @param data its data, a single line
	 * @return the record
	 */
	protected static LogRecord kept(String data) {
		return new LogRecord(Target.broadcast(), "test", null, null, false, fields(data));
	}

	/**
	 * A record for everybody with an idempotency key.
	 * @param data its data, a single line
	 * @param id the key
	 * @return the record
	 */
	protected static LogRecord identified(String data, String id) {
		return new LogRecord(Target.broadcast(), "test", null, id, false, fields(data));
	}

	/**
	 * A record for everybody that is not kept.
	 * @param data its data, a single line
	 * @return the record
	 */
	protected static LogRecord ephemeral(String data) {
		return new LogRecord(Target.broadcast(), "test", null, null, true, fields(data));
	}

	private static byte[] fields(String data) {
		return ("event: test\ndata: " + data + "\n").getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * The data of an entry.
	 * @param entry the entry
	 * @return its data
	 */
	protected static String data(LogEntry entry) {
		return EventStreamParser.parse(entry.frame()).get(0).data();
	}

	/**
	 * Everything a log keeps, provided that it has evicted nothing.
	 * @param log the log
	 * @return the entries
	 */
	protected static List<LogEntry> readAll(EventLog log) {
		return entries(log.read(log.head().at(0), log.head(), Integer.MAX_VALUE));
	}

	/**
	 * The offsets of what a log answered.
	 * @param replay the answer, which must have entries
	 * @return their offsets
	 */
	protected static List<Long> offsets(Replay replay) {
		return entries(replay).stream().map((entry) -> entry.position().offset()).toList();
	}

	private static List<LogEntry> entries(Replay replay) {
		assertThat(replay).isInstanceOf(Replay.Entries.class);
		return ((Replay.Entries) replay).entries();
	}

	private void inParallel(int count, Consumer<Integer> action) throws Exception {
		CountDownLatch start = new CountDownLatch(1);
		List<Future<?>> done = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int number = i;
			done.add(this.threads.submit(() -> {
				await(start);
				action.accept(number);
			}));
		}
		start.countDown();
		for (Future<?> future : done) {
			future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
	}

	private <T> T inTime(Callable<T> call) throws Exception {
		return this.threads.submit(call).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
