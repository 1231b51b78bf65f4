package io.github.ssehub.internal.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TimerWheel}.
 */
class TimerWheelTests {

	private static final long TICK = TimerWheel.TICK_NANOS;

	private static final long TURN = 1024 * TICK;

	/** {@link System#nanoTime()} may be anything, and overflow. */
	private static final long START = Long.MAX_VALUE - 5 * TICK;

	private long now = START;

	private final TimerWheel wheel = new TimerWheel(START);

	@ParameterizedTest
	@ValueSource(longs = { 1, TICK - 1, TICK, TICK + 1, 7 * TICK + 3, TURN - 1, TURN, TURN + 1, 3 * TURN + TICK / 2 })
	void expiresAtTheFirstTickAfterTheDeadline(long delay) {
		TestEntry entry = schedule(delay);
		long firstTick = (delay + TICK - 1) / TICK * TICK;
		for (long time = 0; time < firstTick; time += TICK / 2) {
			advanceTo(time);
		}
		advanceTo(firstTick - 1);
		assertThat(entry.expirations).isEmpty();
		advanceTo(firstTick);
		assertThat(entry.expirations).containsExactly(START + firstTick);
		advanceTo(firstTick + 2 * TURN);
		assertThat(entry.expirations).hasSize(1);
	}

	@Test
	void expiresAtTheNextTickWhenTheDeadlineHasPassed() {
		schedule(TURN);
		advanceTo(10 * TICK + 1);
		TestEntry entry = new TestEntry();
		this.wheel.schedule(entry, START + 3 * TICK);
		advanceTo(11 * TICK - 1);
		assertThat(entry.expirations).isEmpty();
		advanceTo(11 * TICK);
		assertThat(entry.expirations).hasSize(1);
	}

	@Test
	void doesNotExpireWhatWasCancelled() {
		TestEntry first = schedule(3 * TICK);
		TestEntry second = schedule(3 * TICK);
		TestEntry third = schedule(3 * TICK);
		this.wheel.cancel(second);
		this.wheel.cancel(second);
		assertThat(this.wheel.size()).isEqualTo(2);
		advanceTo(3 * TICK);
		assertThat(first.expirations).hasSize(1);
		assertThat(second.expirations).isEmpty();
		assertThat(third.expirations).hasSize(1);
		assertThat(this.wheel.size()).isZero();
	}

	@Test
	void expiresOnceWhenRescheduled() {
		TestEntry earlier = schedule(50 * TICK);
		TestEntry later = schedule(2 * TICK);
		this.wheel.schedule(earlier, START + 10 * TICK);
		this.wheel.schedule(later, START + 20 * TICK);
		assertThat(this.wheel.size()).isEqualTo(2);
		advanceTo(100 * TICK);
		assertThat(earlier.expirations).hasSize(1);
		assertThat(later.expirations).hasSize(1);
		advanceTo(200 * TICK);
		assertThat(this.wheel.size()).isZero();
	}

	@Test
	void doesNotExpireARescheduledEntryAtItsOldDeadline() {
		TestEntry entry = schedule(2 * TICK);
		this.wheel.schedule(entry, START + 20 * TICK);
		for (int tick = 1; tick < 20; tick++) {
			advanceTo(tick * TICK);
		}
		assertThat(entry.expirations).isEmpty();
		advanceTo(20 * TICK);
		assertThat(entry.expirations).hasSize(1);
	}

	@Test
	void leavesEntriesOfLaterTurnsInTheSameBucketAlone() {
		TestEntry near = schedule(5 * TICK);
		TestEntry far = schedule(5 * TICK + TURN);
		TestEntry farther = schedule(5 * TICK + 2 * TURN);
		advanceTo(5 * TICK);
		assertThat(List.of(near.expirations.size(), far.expirations.size(), farther.expirations.size()))
			.containsExactly(1, 0, 0);
		advanceTo(5 * TICK + TURN);
		assertThat(List.of(near.expirations.size(), far.expirations.size(), farther.expirations.size()))
			.containsExactly(1, 1, 0);
		advanceTo(5 * TICK + 2 * TURN);
		assertThat(farther.expirations).hasSize(1);
	}

	@Test
	void expiresAllThatIsDueAfterALongPause() {
		List<TestEntry> due = new ArrayList<>();
		for (int i = 1; i <= 3000; i++) {
			due.add(schedule(i * TICK));
		}
		TestEntry notDue = schedule(5001 * TICK);
		advanceTo(5000 * TICK + TICK / 2);
		assertThat(due).allSatisfy((entry) -> assertThat(entry.expirations).hasSize(1));
		assertThat(notDue.expirations).isEmpty();
		advanceTo(5001 * TICK);
		assertThat(notDue.expirations).hasSize(1);
	}

	@Test
	void isOnTimeAfterItWasEmptyForLong() {
		advanceTo(10 * TURN + 7);
		TestEntry entry = schedule(10 * TURN + 7 + 3 * TICK);
		advanceTo(10 * TURN + 3 * TICK);
		assertThat(entry.expirations).isEmpty();
		advanceTo(10 * TURN + 4 * TICK);
		assertThat(entry.expirations).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, TICK, 10 * TICK, TURN, 2 * TURN })
	void letsAnExpiringEntryScheduleItself(long period) {
		List<Long> expirations = new ArrayList<>();
		TimerWheel.Entry entry = new TimerWheel.Entry() {

			@Override
			void expire(long nowNanos) {
				expirations.add(nowNanos - START);
				TimerWheelTests.this.wheel.schedule(this, nowNanos + period);
			}

		};
		this.wheel.schedule(entry, START + period);
		long ticks = Math.max(1, period / TICK);
		for (long tick = 1; tick <= 3 * ticks; tick++) {
			advanceTo(tick * TICK);
		}
		assertThat(expirations).containsExactly(ticks * TICK, 2 * ticks * TICK, 3 * ticks * TICK);
		assertThat(this.wheel.size()).isOne();
	}

	@Test
	void doesNotExpireAnEntryTwiceThatSchedulesItselfAfterALongPause() {
		List<Long> expirations = new ArrayList<>();
		TimerWheel.Entry entry = new TimerWheel.Entry() {

			@Override
			void expire(long nowNanos) {
				expirations.add(nowNanos - START);
				TimerWheelTests.this.wheel.schedule(this, nowNanos + TICK);
			}

		};
		this.wheel.schedule(entry, START + TICK);
		advanceTo(5000 * TICK);
		assertThat(expirations).containsExactly(5000 * TICK);
		advanceTo(5001 * TICK);
		assertThat(expirations).hasSize(2);
	}

	@Test
	void letsItsLoopSleepNoLongerThanToTheNextTick() {
		assertThat(this.wheel.nanosToNextTick(this.now)).isEqualTo(Long.MAX_VALUE);
		TestEntry entry = schedule(5 * TICK);
		assertThat(this.wheel.nanosToNextTick(START)).isEqualTo(TICK);
		assertThat(this.wheel.nanosToNextTick(START + TICK / 4)).isEqualTo(TICK - TICK / 4);
		assertThat(this.wheel.nanosToNextTick(START + 3 * TICK)).isOne();
		this.wheel.cancel(entry);
		assertThat(this.wheel.nanosToNextTick(this.now)).isEqualTo(Long.MAX_VALUE);
	}

	/**
	 * Entries that come, go and are rescheduled while time passes in steps of any size:
	 * none is early, none is late by more than a tick and a step, none is lost.
	 */
	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5 })
	void isNeitherEarlyNorLate(long seed) {
		Random random = new Random(seed);
		List<TestEntry> scheduled = new ArrayList<>();
		long time = 0;
		for (int i = 0; i < 1000; i++) {
			if (random.nextInt(3) > 0) {
				scheduled.add(schedule(time + 1 + random.nextLong(3 * TURN)));
			}
			if (!scheduled.isEmpty() && random.nextInt(4) == 0) {
				TestEntry entry = scheduled.get(random.nextInt(scheduled.size()));
				entry.deadline = START + time + 1 + random.nextLong(2 * TURN);
				this.wheel.schedule(entry, entry.deadline);
			}
			long step = random.nextLong((random.nextInt(50) == 0) ? 2 * TURN : TICK);
			time += step;
			advanceTo(time);
			scheduled.removeIf((entry) -> requireOnTime(entry, step));
			assertThat(this.wheel.size()).isEqualTo(scheduled.size());
		}
	}

	private boolean requireOnTime(TestEntry entry, long step) {
		if (entry.expirations.isEmpty()) {
			assertThat(this.now - entry.deadline).isLessThan(TICK);
			return false;
		}
		assertThat(entry.expirations).hasSize(1);
		assertThat(entry.expirations.get(0) - entry.deadline).isBetween(0L, TICK + step);
		return true;
	}

	private TestEntry schedule(long delay) {
		TestEntry entry = new TestEntry();
		entry.deadline = START + delay;
		this.wheel.schedule(entry, entry.deadline);
		return entry;
	}

	private void advanceTo(long time) {
		this.now = START + time;
		this.wheel.advance(this.now);
	}

	private static final class TestEntry extends TimerWheel.Entry {

		private final List<Long> expirations = new ArrayList<>();

		private long deadline;

		@Override
		void expire(long nowNanos) {
			this.expirations.add(nowNanos);
		}

	}

}
