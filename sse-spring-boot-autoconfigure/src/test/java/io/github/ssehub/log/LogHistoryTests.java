package io.github.ssehub.log;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.ssehub.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link LogHistory}.
 */
class LogHistoryTests {

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);

	@Test
	void takesTheNextEntryAndNoOther() {
		LogHistory history = history(10, 1 << 20, null);
		assertThatIllegalArgumentException().isThrownBy(() -> history.add(entry(2, 10)))
			.withMessage("Offset 1 is next and not e.2");
		history.add(entry(1, 10));
		assertThatIllegalArgumentException().isThrownBy(() -> history.add(entry(1, 10)));
		history.add(entry(2, 10));
		assertThat(history.size()).isEqualTo(2);
	}

	@Test
	void readsFromItsFirstEntryToItsLastAndNoFurther() {
		LogHistory history = history(3, 1 << 20, null);
		fill(history, 1, 5);
		assertThat(offsets(history.read(2, 5, 10))).containsExactly(3L, 4L, 5L);
		assertThat(history.read(1, 5, 10)).isNull();
		assertThat(history.read(2, 6, 10)).isNull();
		assertThat(offsets(history.read(4, 5, 10))).containsExactly(5L);
		assertThat(offsets(history.read(5, 5, 10))).isEmpty();
		assertThat(offsets(history.read(5, 4, 10))).isEmpty();
	}

	@Test
	void readsAsManyAsAskedFor() {
		LogHistory history = history(100, 1 << 20, null);
		fill(history, 1, 70);
		assertThat(offsets(history.read(0, 70, 2))).containsExactly(1L, 2L);
		assertThat(offsets(history.read(68, 70, 3))).containsExactly(69L, 70L);
		assertThat(offsets(history.read(0, 70, Integer.MAX_VALUE))).hasSize(70);
	}

	@Test
	void keepsAsManyBytesAsAllowed() {
		long length = entry(1, 100).frame().length;
		LogHistory history = history(100, 2 * length, null);
		fill(history, 1, 2, 100);
		assertThat(history.bytes()).isEqualTo(2 * length);
		fill(history, 3, 3, 100);
		assertThat(history.size()).isEqualTo(2);
		assertThat(history.bytes()).isEqualTo(2 * length);
		assertThat(history.read(0, 3, 10)).isNull();
	}

	@Test
	void keepsEntriesAsLongAsAllowed() {
		LogHistory history = history(100, 1 << 20, Duration.ofNanos(20));
		fill(history, 1, 1);
		this.nanoTime.addAndGet(20);
		assertThat(offsets(history.read(0, 1, 10))).containsExactly(1L);
		this.nanoTime.addAndGet(1);
		assertThat(history.read(0, 1, 10)).isNull();
		assertThat(history.size()).isZero();
		assertThat(history.bytes()).isZero();
		fill(history, 2, 2);
		assertThat(offsets(history.read(1, 2, 10))).containsExactly(2L);
	}

	@Test
	void goesOnAtAnotherOffsetWhenItIsCleared() {
		LogHistory history = history(100, 1 << 20, null);
		fill(history, 1, 70);
		history.clear(500);
		assertThat(history.size()).isZero();
		assertThat(history.bytes()).isZero();
		assertThat(history.read(69, 70, 1)).isNull();
		assertThat(offsets(history.read(500, 500, 1))).isEmpty();
		fill(history, 501, 700);
		assertThat(offsets(history.read(600, 700, 200))).hasSize(100).startsWith(601L).endsWith(700L);
		assertThat(history.read(499, 700, 1)).isNull();
	}

	@Test
	void canBeUsedByOthersAfterEachCall() {
		LogHistory history = history(100, 1 << 20, null);
		assertThatIllegalArgumentException().isThrownBy(() -> history.add(entry(9, 10)));
		fill(history, 1, 1);
		history.read(0, 1, 1);
		history.clear(5);
		history.size();
		history.bytes();
		Thread other = new Thread(() -> fill(history, 6, 6));
		other.start();
		await("another thread").atMost(Duration.ofSeconds(10)).until(() -> !other.isAlive());
		assertThat(history.size()).isOne();
	}

	private LogHistory history(int events, long bytes, @Nullable Duration maxAge) {
		return new LogHistory(new LogLimits(events, bytes, maxAge, Duration.ofMinutes(5), 10), this.nanoTime::get);
	}

	private void fill(LogHistory history, long from, long to) {
		fill(history, from, to, 10);
	}

	private void fill(LogHistory history, long from, long to, int length) {
		for (long offset = from; offset <= to; offset++) {
			history.add(entry(offset, length));
		}
	}

	private LogEntry entry(long offset, int length) {
		LogRecord record = new LogRecord(Target.broadcast(), "name", null, null, false,
				"x".repeat(length).getBytes(StandardCharsets.UTF_8));
		return new LogEntry(new Position("e", offset), record, this.nanoTime.get());
	}

	private static List<Long> offsets(@Nullable List<LogEntry> entries) {
		assertThat(entries).isNotNull();
		return entries.stream().map((entry) -> entry.position().offset()).toList();
	}

}
