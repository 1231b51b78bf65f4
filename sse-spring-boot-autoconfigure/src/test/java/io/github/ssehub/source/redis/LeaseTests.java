package io.github.ssehub.source.redis;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LeaseTests {

	private static final Duration TIME = Duration.ofSeconds(2);

	private long now = Long.MAX_VALUE - 1;

	private final TestStore store = new TestStore();

	private final Lease first = new Lease(TIME, () -> this.now);

	private final Lease second = new Lease(TIME, () -> this.now);

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void belongsToTheNodeThatAsksFirst(boolean inOrder) {
		List<Lease> leases = inOrder ? List.of(this.first, this.second) : List.of(this.second, this.first);
		leases.forEach((lease) -> lease.renew(this.store));
		assertThat(leases.get(0).isHeld()).isTrue();
		assertThat(leases.get(1).isHeld()).isFalse();
	}

	@Test
	void isNotHeldBeforeItWasAskedFor() {
		assertThat(this.first.isHeld()).isFalse();
	}

	@Test
	void staysWithTheNodeThatRenewsIt() {
		for (int i = 0; i < 10; i++) {
			this.first.renew(this.store);
			this.second.renew(this.store);
			assertThat(this.first.isHeld()).isTrue();
			assertThat(this.second.isHeld()).isFalse();
			advance(TIME.minusMillis(1));
		}
	}

	@Test
	void goesToTheOtherNodeWhenItsTimeIsOver() {
		this.first.renew(this.store);
		advance(TIME);
		assertThat(this.first.isHeld()).isFalse();
		this.second.renew(this.store);
		assertThat(this.second.isHeld()).isTrue();
		this.first.renew(this.store);
		assertThat(this.first.isHeld()).isFalse();
	}

	@Test
	void goesToTheOtherNodeAtOnceWhenItIsReleased() {
		this.first.renew(this.store);
		this.first.release(this.store);
		assertThat(this.first.isHeld()).isFalse();
		this.second.renew(this.store);
		assertThat(this.second.isHeld()).isTrue();
	}

	@Test
	void isNotReleasedByAnotherNode() {
		this.first.renew(this.store);
		this.second.release(this.store);
		this.second.renew(this.store);
		assertThat(this.first.isHeld()).isTrue();
		assertThat(this.second.isHeld()).isFalse();
	}

	/**
	 * An answer may take longer than the lease lasts.
	 */
	@Test
	void countsItsTimeFromBeforeTheRequest() {
		this.store.answerTakes = TIME.minusMillis(1);
		this.first.renew(this.store);
		assertThat(this.first.isHeld()).isTrue();
		advance(Duration.ofMillis(1));
		assertThat(this.first.isHeld()).isFalse();
	}

	@Test
	void isHeldUntilItsTimeIsOverWhenItCannotBeRenewed() {
		this.first.renew(this.store);
		this.store.broken = true;
		advance(Duration.ofSeconds(1));
		assertThatIllegalStateException().isThrownBy(() -> this.first.renew(this.store));
		assertThat(this.first.isHeld()).isTrue();
		advance(Duration.ofSeconds(1));
		assertThat(this.first.isHeld()).isFalse();
	}

	/**
	 * Redis may have come back without the lease and given it to another node.
	 */
	@Test
	void isNotHeldAfterADoubtUntilItIsConfirmed() {
		this.first.renew(this.store);
		this.first.doubt();
		assertThat(this.first.isHeld()).isFalse();
		this.first.renew(this.store);
		assertThat(this.first.isHeld()).isTrue();
		this.first.doubt();
		this.store.holder = null;
		this.second.renew(this.store);
		this.first.renew(this.store);
		assertThat(this.first.isHeld()).isFalse();
		assertThat(this.second.isHeld()).isTrue();
	}

	@Test
	void doesNotBelieveAnAnswerFromBeforeADoubt() {
		this.store.beforeAnswer = this.first::doubt;
		this.first.renew(this.store);
		assertThat(this.first.isHeld()).isFalse();
	}

	private void advance(Duration time) {
		this.now += time.toNanos();
	}

	/**
	 * What Redis does.
	 */
	private final class TestStore implements LeaseStore {

		private @Nullable String holder;

		private long until;

		private boolean broken;

		private Duration answerTakes = Duration.ZERO;

		private Runnable beforeAnswer = () -> {
		};

		@Override
		public boolean acquire(String token, Duration time) {
			if (this.broken) {
				throw new IllegalStateException("no Redis");
			}
			boolean free = this.holder == null || LeaseTests.this.now - this.until >= 0;
			boolean acquired = free || token.equals(this.holder);
			if (acquired) {
				this.holder = token;
				this.until = LeaseTests.this.now + time.toNanos();
			}
			advance(this.answerTakes);
			this.beforeAnswer.run();
			return acquired;
		}

		@Override
		public void release(String token) {
			if (token.equals(this.holder)) {
				this.holder = null;
			}
		}

	}

}
