package io.github.ssehub.internal.delivery;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link EventInbox}.
 */
class EventInboxTests {

	@ParameterizedTest
	@CsvSource({ "0,2", "1,2", "2,2", "3,4", "4,4", "5,8", "1000,1024" })
	void takesAtLeastAsManyEventsAsItsCapacity(int capacity, int room) {
		EventInbox<Integer> inbox = new EventInbox<>(capacity);
		for (int i = 0; i < room; i++) {
			assertThat(inbox.isFull()).isFalse();
			assertThat(inbox.offer(i)).isTrue();
		}
		assertThat(inbox.isFull()).isTrue();
		assertThat(inbox.offer(room)).isFalse();
		assertThat(inbox.published()).isEqualTo(room);
		assertThat(inbox.take()).isZero();
		assertThat(inbox.isFull()).isFalse();
		assertThat(inbox.offer(room)).isTrue();
		assertThat(inbox.offer(room + 1)).isFalse();
	}

	@Test
	void keepsOrderWhenItWrapsAround() {
		EventInbox<Integer> inbox = new EventInbox<>(4);
		for (int i = 0; i < 100; i++) {
			assertThat(inbox.offer(2 * i)).isTrue();
			assertThat(inbox.offer(2 * i + 1)).isTrue();
			assertThat(inbox.take()).isEqualTo(2 * i);
			assertThat(inbox.take()).isEqualTo(2 * i + 1);
		}
		assertThat(inbox.published()).isEqualTo(200);
		assertThat(inbox.consumed()).isEqualTo(200);
	}

	@Test
	void pinsNoEventThatWasTaken() {
		EventInbox<String> inbox = new EventInbox<>(2);
		inbox.offer("a");
		inbox.offer("b");
		inbox.take();
		inbox.take();
		assertThatIllegalStateException().isThrownBy(inbox::take).withMessage("The inbox is empty at 2");
	}

	@Test
	void handsOverEachEventOnceBetweenTwoThreads() throws Exception {
		int count = 200_000;
		EventInbox<Integer> inbox = new EventInbox<>(64);
		CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
			for (int i = 0; i < count; i++) {
				while (!inbox.offer(i)) {
					Thread.yield();
				}
			}
		});
		int next = 0;
		while (next < count && !producer.isCompletedExceptionally()) {
			if (inbox.published() > inbox.consumed()) {
				// Not AssertJ, which would be most of the work.
				Integer taken = inbox.take();
				if (taken != next) {
					throw new AssertionError("Took " + taken + " instead of " + next);
				}
				next++;
			}
			else {
				Thread.yield();
			}
		}
		producer.get(10, TimeUnit.SECONDS);
		assertThat(inbox.published()).isEqualTo(inbox.consumed()).isEqualTo(count);
	}

}
