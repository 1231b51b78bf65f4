package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallbackQueue}.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallbackQueueTests {

	private final AtomicLong nanos = new AtomicLong(-1);

	private final CountDownLatch gate = new CountDownLatch(1);

	private final List<CallbackQueue> queues = new ArrayList<>();

	@AfterEach
	void close() {
		this.gate.countDown();
		this.queues.forEach(CallbackQueue::close);
	}

	@Test
	void runsCallsInTheirOrderOnOneThread() {
		CallbackQueue queue = queue(1);
		List<Integer> ran = new CopyOnWriteArrayList<>();
		List<Thread> threads = new CopyOnWriteArrayList<>();
		IntStream.range(0, 100).forEach((i) -> queue.execute(() -> {
			ran.add(i);
			threads.add(Thread.currentThread());
		}));
		TestHub.eventually("all calls").until(() -> threads.size() == 100);
		assertThat(ran).isSorted();
		assertThat(threads).containsOnly(threads.get(0));
		assertThat(threads.get(0).isDaemon()).isTrue();
		assertThat(threads.get(0).getName()).isEqualTo("sse-test");
	}

	@Test
	void runsAsManyCallsAtOnceAsItHasThreads() {
		CallbackQueue queue = queue(2);
		hold(queue);
		CountDownLatch ran = new CountDownLatch(1);
		queue.execute(ran::countDown);
		HeldLoop.await(ran);
	}

	@Test
	void countsTheCallsThatHaveNoThread() {
		CallbackQueue queue = queue(2);
		assertThat(queue.waiting()).isZero();
		hold(queue);
		hold(queue);
		assertThat(queue.waiting()).isZero();
		queue.execute(() -> {
		});
		queue.execute(() -> {
		});
		assertThat(queue.waiting()).isEqualTo(2);
		this.gate.countDown();
		TestHub.eventually("an empty queue").until(() -> queue.waiting() == 0);
	}

	@Test
	void goesOnWhenACallFails(CapturedOutput output) {
		CallbackQueue queue = queue(1);
		List<String> ran = new CopyOnWriteArrayList<>();
		queue.execute(() -> {
			throw new IllegalStateException("expected by the test");
		});
		queue.execute(() -> {
			throw new AssertionError("expected by the test");
		});
		queue.execute(() -> ran.add("last"));
		TestHub.eventually("the last call").until(() -> ran.equals(List.of("last")));
		assertThat(output).contains("The owner failed").contains("IllegalStateException").contains("AssertionError");
	}

	@Test
	void warnsWhenManyCallsWait(CapturedOutput output) {
		CallbackQueue queue = queue(1);
		hold(queue);
		add(queue, CallbackQueue.MANY - 1);
		assertThat(output).doesNotContain("behind");
		add(queue, 1);
		assertThat(output).contains("The owner is behind. Calls that wait: 1000.");
	}

	@Test
	void warnsWhenTheCallThatRunsDoesNotReturn(CapturedOutput output) {
		CallbackQueue queue = queue(1);
		hold(queue);
		this.nanos.addAndGet(CallbackQueue.STALL_NANOS - 1);
		add(queue, 1);
		assertThat(output).doesNotContain("behind");
		this.nanos.incrementAndGet();
		add(queue, 1);
		assertThat(output).contains("The owner is behind. Calls that wait: 2. The last one that began did so 10 s ago");
	}

	@Test
	void doesNotWarnOfACallAfterAQuietTime(CapturedOutput output) {
		CallbackQueue queue = queue(1);
		for (int i = 0; i < 3; i++) {
			CountDownLatch ran = new CountDownLatch(1);
			queue.execute(ran::countDown);
			HeldLoop.await(ran);
			TestHub.eventually("a queue at rest").until(queue::isIdle);
			this.nanos.addAndGet(TimeUnit.HOURS.toNanos(1));
		}
		hold(queue);
		add(queue, 1);
		assertThat(output).doesNotContain("behind");
	}

	@Test
	void warnsOnceAMinute(CapturedOutput output) {
		CallbackQueue queue = queue(1);
		hold(queue);
		this.nanos.addAndGet(CallbackQueue.STALL_NANOS);
		add(queue, 10);
		assertThat(output.toString().split("is behind", -1)).hasSize(2);
		this.nanos.addAndGet(CallbackQueue.WARNING_INTERVAL_NANOS - 1);
		add(queue, 10);
		assertThat(output.toString().split("is behind", -1)).hasSize(2);
		this.nanos.incrementAndGet();
		add(queue, 10);
		assertThat(output.toString().split("is behind", -1)).hasSize(3);
	}

	@Test
	void runsWhatIsThereWhenItIsClosed() {
		CallbackQueue queue = queue(1);
		List<String> ran = new CopyOnWriteArrayList<>();
		hold(queue);
		queue.execute(() -> ran.add("before"));
		queue.close();
		queue.execute(() -> ran.add("after"));
		this.gate.countDown();
		assertThat(queue.awaitEnd(this.nanos.get() + TestHub.PATIENCE.toNanos())).isZero();
		assertThat(ran).containsExactly("before");
		assertThat(queue.isIdle()).isTrue();
	}

	@Test
	void givesUpAndInterruptsWhatDoesNotReturn() {
		CallbackQueue queue = queue(1);
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch interrupted = new CountDownLatch(1);
		queue.execute(() -> {
			held.countDown();
			try {
				this.gate.await();
			}
			catch (InterruptedException ex) {
				interrupted.countDown();
			}
		});
		HeldLoop.await(held);
		add(queue, 3);
		queue.close();
		assertThat(queue.awaitEnd(this.nanos.get())).isEqualTo(3);
		HeldLoop.await(interrupted);
	}

	@Test
	void doesNotWaitOnAThreadThatIsInterrupted() {
		CallbackQueue queue = queue(1);
		hold(queue);
		add(queue, 1);
		queue.close();
		Thread.currentThread().interrupt();
		try {
			assertThat(queue.awaitEnd(this.nanos.get() + TestHub.PATIENCE.toNanos())).isOne();
			assertThat(Thread.currentThread().isInterrupted()).isTrue();
		}
		finally {
			Thread.interrupted();
		}
	}

	private CallbackQueue queue(int threads) {
		CallbackQueue queue = new CallbackQueue("The owner", "sse-test", threads, this.nanos::get);
		this.queues.add(queue);
		return queue;
	}

	private void hold(CallbackQueue queue) {
		CountDownLatch held = new CountDownLatch(1);
		queue.execute(() -> {
			held.countDown();
			HeldLoop.await(this.gate);
		});
		HeldLoop.await(held);
	}

	private static void add(CallbackQueue queue, int count) {
		for (int i = 0; i < count; i++) {
			queue.execute(() -> {
			});
		}
	}

}
