package io.github.ssehub.benchmarks.server;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

import org.HdrHistogram.Histogram;

/**
 * Publishes what it is told to. The same code for every server, so that nothing but the
 * server differs.
 */
public final class PublisherRun {

	/** Of the events of a hot topic, each so many-th is for the other one. */
	public static final int COLD_EVERY = 20;

	private final Publications publications;

	private final Histogram calls = new Histogram(1, 120_000_000_000L, 3);

	/** The last number of each target: a client gets 1, 2, 3 and so on. */
	private long[] sequences = new long[1];

	private int next;

	/**
	 * Creates a publisher.
	 * @param publications how to publish
	 */
	public PublisherRun(Publications publications) {
		this.publications = publications;
	}

	/**
	 * Publishes. An event that is late counts as due when it should have been published.
	 * @param order what to publish
	 */
	public void run(PublishOrder order) {
		if (this.sequences.length < order.targets()) {
			this.sequences = Arrays.copyOf(this.sequences, order.targets());
		}
		this.next = 0;
		String padding = "x".repeat(order.bytes());
		long start = System.nanoTime();
		for (long i = 0; i < order.count(); i++) {
			long due = System.nanoTime();
			if (order.perSecond() > 0) {
				due = start + (long) (i * 1_000_000_000 / order.perSecond());
				await(due);
			}
			publish(order, due, padding);
		}
	}

	private void publish(PublishOrder order, long due, String padding) {
		int target = nextTarget(order);
		String head = ++this.sequences[target] + " " + due + " ";
		String data = head + padding.substring(Math.min(padding.length(), head.length()));
		long before = System.nanoTime();
		switch (order.target()) {
			case BROADCAST -> this.publications.broadcast(data);
			case TOPIC, HOT_TOPIC, COLD_TOPIC -> this.publications.toTopic(topic(target), data);
			case CLIENT -> this.publications.toClient(target, data);
		}
		this.calls.recordValue(Math.max(1, System.nanoTime() - before));
	}

	private int nextTarget(PublishOrder order) {
		int number = this.next++;
		return switch (order.target()) {
			case HOT_TOPIC -> (number % COLD_EVERY == 0) ? 1 : 0;
			case COLD_TOPIC -> 1;
			case BROADCAST, TOPIC, CLIENT -> number % order.targets();
		};
	}

	private static void await(long due) {
		long wait = due - System.nanoTime();
		while (wait > 0) {
			LockSupport.parkNanos(wait);
			wait = due - System.nanoTime();
		}
	}

	/**
	 * The name of a topic.
	 * @param number its number
	 * @return the name
	 */
	public static String topic(int number) {
		return "t" + number;
	}

	/**
	 * How long the calls took since the last time this was asked.
	 * @return p50, p99 and the longest, in nanoseconds
	 */
	public long[] takeCalls() {
		long[] times = { this.calls.getValueAtPercentile(50), this.calls.getValueAtPercentile(99),
				this.calls.getMaxValue() };
		this.calls.reset();
		return times;
	}

}
