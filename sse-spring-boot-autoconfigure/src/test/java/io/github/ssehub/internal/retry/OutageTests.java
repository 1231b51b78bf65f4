package io.github.ssehub.internal.retry;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The pauses between attempts grow until it has worked for a while.
 */
class OutageTests {

	private static final Duration FIRST = Duration.ofMillis(100);

	/** With what is added to tell nodes apart. */
	private static final Duration FIRST_AT_MOST = Duration.ofMillis(150);

	private static final Duration MAX = Duration.ofSeconds(5);

	private final AtomicLong nanos = new AtomicLong();

	private final Outage outage = new Outage(FIRST, MAX, new Outage.Listener() {

		@Override
		public String reason(Throwable failure) {
			return String.valueOf(failure.getMessage());
		}

		@Override
		public void onOutage(String reason, Throwable failure) {
			// Not looked at.
		}

		@Override
		public void onEnd(long millis) {
			// Not looked at.
		}

	}, this.nanos::get);

	@Test
	void waitsLongerWhenItWorksForAMomentAndFailsAgain() {
		assertThat(this.outage.nextPause()).isBetween(FIRST, FIRST_AT_MOST);
		Duration last = Duration.ZERO;
		for (int i = 0; i < 10; i++) {
			this.outage.ended();
			this.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
			this.outage.ended();
			this.outage.failed(new IllegalStateException("lost"));
			last = this.outage.nextPause();
		}
		assertThat(last).isGreaterThan(FIRST_AT_MOST);
	}

	@Test
	void waitsShortlyAgainWhenItHasWorkedForAWhile() {
		for (int i = 0; i < 10; i++) {
			this.outage.nextPause();
		}
		this.outage.ended();
		this.nanos.addAndGet(MAX.toNanos());
		this.outage.ended();
		assertThat(this.outage.nextPause()).isBetween(FIRST, FIRST_AT_MOST);
		assertThat(this.outage.nextPause()).isGreaterThanOrEqualTo(FIRST);
	}

	@Test
	void doesNotCountTheTimeThatItFailedAsTimeThatItWorked() {
		this.outage.nextPause();
		this.outage.ended();
		Duration last = Duration.ZERO;
		for (int i = 0; i < 10; i++) {
			this.nanos.addAndGet(Duration.ofSeconds(1).toNanos());
			this.outage.failed(new IllegalStateException("away"));
			last = this.outage.nextPause();
		}
		this.nanos.addAndGet(MAX.toNanos());
		assertThat(last).isGreaterThan(FIRST_AT_MOST);
		assertThat(this.outage.nextPause()).isGreaterThan(FIRST_AT_MOST);
	}

}
