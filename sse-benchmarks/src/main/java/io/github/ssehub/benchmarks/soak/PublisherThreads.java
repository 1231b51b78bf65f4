package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssehub.Target;

/**
 * Publishes random events from several threads, as many as it is allowed to.
 */
final class PublisherThreads implements AutoCloseable {

	private final RandomDrafts drafts;

	private final Publishing publishing;

	private final Discrepancies found;

	private final Semaphore allowed = new Semaphore(0);

	private final AtomicInteger outstanding = new AtomicInteger();

	private final List<Thread> threads = new ArrayList<>();

	PublisherThreads(int count, SplittableRandom random, RandomDrafts drafts, Publishing publishing,
			Discrepancies found) {
		this.drafts = drafts;
		this.publishing = publishing;
		this.found = found;
		for (int i = 0; i < count; i++) {
			SplittableRandom own = random.split();
			Thread thread = new Thread(() -> run(own), "soak-publisher-" + i);
			thread.setDaemon(true);
			thread.start();
			this.threads.add(thread);
		}
	}

	void allow(int count) {
		this.outstanding.addAndGet(count);
		this.allowed.release(count);
	}

	int outstanding() {
		return this.outstanding.get();
	}

	private void run(SplittableRandom random) {
		try {
			while (true) {
				this.allowed.acquire();
				publish(random);
				this.outstanding.decrementAndGet();
			}
		}
		catch (InterruptedException ex) {
			// The end.
		}
	}

	private void publish(SplittableRandom random) {
		Draft draft = this.drafts.next(random);
		boolean several = draft.target().type() == Target.Type.TOPIC && draft.target().names().size() > 1;
		boolean byRest = !several && random.nextInt(100) < 8;
		try {
			this.publishing.publish(draft, byRest);
		}
		catch (RuntimeException ex) {
			this.found.add("Publishing %s failed: %s", draft, ex);
		}
	}

	@Override
	public void close() {
		this.threads.forEach(Thread::interrupt);
		try {
			for (Thread thread : this.threads) {
				thread.join();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
