package io.github.ssehub.log;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ssehub.test.EventLogCompatibilityKit;
import io.github.ssehub.test.RecordingTail;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link MemoryEventLog}.
 */
class MemoryEventLogTests extends EventLogCompatibilityKit {

	/** Close to the overflow, which {@link System#nanoTime()} may be too. */
	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(30).toNanos());

	@Override
	protected EventLog createLog(LogLimits limits) {
		return new MemoryEventLog(limits, this.nanoTime::get);
	}

	@Test
	void startsEmptyInAnEpochOfItsOwn() {
		try (EventLog log = EventLogs.inMemory(limits(10)); EventLog other = EventLogs.inMemory(limits(10))) {
			log.start(new RecordingTail());
			other.start(new RecordingTail());
			assertThat(log.head().offset()).isZero();
			assertThat(log.head().epoch()).isNotEqualTo(other.head().epoch());
		}
	}

	@Test
	void appendsNothingBeforeTheStart() {
		try (EventLog log = createLog(limits(10))) {
			assertThatIllegalStateException().isThrownBy(() -> log.append(kept("early")));
			assertThat(log.start(new RecordingTail()).offset()).isZero();
		}
	}

	@Test
	void answersAtOnce() {
		EventLog log = start(limits(10));
		append(log, 3);
		for (Position after : List.of(log.head(), log.head().at(1), log.head().at(9), new Position("another", 1))) {
			assertThat(log.readNow(after, log.head(), 10)).isNotNull()
				.usingRecursiveComparison()
				.isEqualTo(log.read(after, log.head(), 10));
		}
	}

	@Test
	void keepsNoMoreBytesThanAllowed() {
		EventLog probe = start(limits(10));
		append(probe, 1);
		int length = readAll(probe).get(0).frame().length;
		EventLog log = start(limits(100, 3L * length, null));
		append(log, 8);
		assertThat(offsets(log.read(log.head().at(5), log.head(), 100))).containsExactly(6L, 7L, 8L);
		assertThat(log.read(log.head().at(4), log.head(), 100)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
		assertThat(log.describe()).containsEntry("history", 3).containsEntry("historyBytes", 3L * length);
	}

	@Test
	void keepsNoEntryThatIsLargerThanAllBytesAllowed() {
		EventLog log = start(limits(100, 200, null));
		append(log, 2);
		log.append(kept("x".repeat(500)));
		Position head = log.head();
		assertThat(head.offset()).isEqualTo(3);
		assertThat(log.read(head.at(2), head, 100)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
		append(log, 1);
		assertThat(offsets(log.read(head, log.head(), 100))).containsExactly(4L);
		assertThat(log.describe()).containsEntry("history", 1);
	}

	@Test
	void evictsEntriesByAgeWhenOneIsAppended() {
		EventLog log = start(limits(100, 1 << 20, Duration.ofMinutes(1)));
		append(log, 2);
		advance(Duration.ofSeconds(40));
		append(log, 1);
		advance(Duration.ofSeconds(20));
		append(log, 1);
		assertThat(log.describe()).containsEntry("history", 4);
		advance(Duration.ofNanos(1));
		append(log, 1);
		assertThat(log.describe()).containsEntry("history", 3);
		assertThat(offsets(log.read(log.head().at(2), log.head(), 100))).containsExactly(3L, 4L, 5L);
		assertThat(log.read(log.head().at(1), log.head(), 100)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
	}

	@Test
	void doesNotReadAnEntryThatIsTooOldWhenNothingWasAppendedSince() {
		EventLog log = start(limits(100, 1 << 20, Duration.ofMinutes(1)));
		append(log, 2);
		Position head = log.head();
		advance(Duration.ofMinutes(1));
		assertThat(offsets(log.read(head.at(0), head, 100))).containsExactly(1L, 2L);
		advance(Duration.ofNanos(1));
		assertThat(log.read(head.at(0), head, 100)).isEqualTo(new Replay.Gap(Replay.Gap.Cause.EVICTED));
		assertThat(log.read(head, head, 100)).isEqualTo(new Replay.Entries(List.of()));
	}

	@Test
	void forgetsAnIdWhenItsWindowHasPassed() {
		EventLog log = start(new LogLimits(100, 1 << 20, null, Duration.ofMinutes(1), 100));
		log.append(identified("a", "id-1"));
		advance(Duration.ofMinutes(1));
		assertThat(log.append(identified("b", "id-1")).duplicate()).isTrue();
		advance(Duration.ofNanos(1));
		Appended again = log.append(identified("c", "id-1"));
		assertThat(again).isEqualTo(new Appended(log.head().at(2), false));
	}

	@Test
	void doesNotProlongTheWindowOfAnIdThatComesAgain() {
		EventLog log = start(new LogLimits(100, 1 << 20, null, Duration.ofMinutes(1), 100));
		log.append(identified("a", "id-1"));
		advance(Duration.ofSeconds(45));
		assertThat(log.append(identified("b", "id-1")).duplicate()).isTrue();
		advance(Duration.ofSeconds(16));
		assertThat(log.append(identified("c", "id-1")).duplicate()).isFalse();
	}

	@Test
	void remembersTheNewestIdsWhenThereAreTooMany() {
		EventLog log = start(new LogLimits(100, 1 << 20, null, Duration.ofMinutes(1), 3));
		for (int i = 1; i <= 4; i++) {
			log.append(identified("data", "id-" + i));
		}
		assertThat(log.append(identified("data", "id-4")).duplicate()).isTrue();
		assertThat(log.append(identified("data", "id-2")).duplicate()).isTrue();
		assertThat(log.append(identified("data", "id-1")).duplicate()).isFalse();
	}

	@Test
	void remembersAsManyIdsAsAllowed() {
		EventLog log = start(new LogLimits(100, 1 << 20, null, Duration.ofMinutes(1), 3));
		for (int i = 1; i <= 3; i++) {
			log.append(identified("data", "id-" + i));
		}
		for (int i = 1; i <= 3; i++) {
			assertThat(log.append(identified("data", "id-" + i)).duplicate()).as("id-" + i).isTrue();
		}
		EventLog single = start(new LogLimits(100, 1 << 20, null, Duration.ofMinutes(1), 1));
		single.append(identified("data", "id"));
		assertThat(single.append(identified("data", "id")).duplicate()).isTrue();
	}

	@Test
	void readsEveryEntryAfterItsStorageHasGrownAndWrapped() {
		EventLog log = start(limits(10_000));
		for (int appended = 0; appended < 25_000; appended += 2_500) {
			append(log, 2_500);
			Position head = log.head();
			long oldest = Math.max(0, head.offset() - 10_000);
			List<Long> offsets = offsets(log.read(head.at(oldest), head, Integer.MAX_VALUE));
			assertThat(offsets).hasSize((int) (head.offset() - oldest)).isSorted();
			assertThat(offsets.get(0)).isEqualTo(oldest + 1);
			assertThat(offsets.get(offsets.size() - 1)).isEqualTo(head.offset());
		}
		assertThat(log.describe()).containsEntry("history", 10_000);
	}

	private void advance(Duration duration) {
		this.nanoTime.addAndGet(duration.toNanos());
	}

	private static LogLimits limits(int history, long maxBytes, @Nullable Duration maxAge) {
		return new LogLimits(history, maxBytes, maxAge, Duration.ofMinutes(5), 10_000);
	}

}
