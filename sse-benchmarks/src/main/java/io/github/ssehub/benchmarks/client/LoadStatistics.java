package io.github.ssehub.benchmarks.client;

import java.util.Map;
import java.util.TreeMap;

import org.HdrHistogram.Histogram;

/**
 * What the load client saw. Written by its thread alone; the counts may be read by any.
 */
public final class LoadStatistics {

	private static final int LEVELS = 1 << 16;

	/** How many connections have reached a sequence number. */
	private final int[] reached = new int[LEVELS];

	private final Map<String, Integer> problems = new TreeMap<>();

	private final Histogram latency = new Histogram(1_000, 120_000_000_000L, 3);

	private int members;

	/** Counts of the client's thread, made visible once for each read. */
	private long slowestNow;

	private long deliveredNow;

	private volatile long slowest;

	private volatile long delivered;

	private volatile int open;

	private volatile int connected;

	private volatile int failures;

	/**
	 * Sets how many connections get each event, for {@link #slowest()}.
	 */
	void setMembers(int members) {
		this.members = members;
	}

	void opened() {
		this.open++;
	}

	void closed() {
		this.open--;
	}

	void connected() {
		this.connected++;
	}

	void refused(int status) {
		problem("status " + status);
	}

	void other(String name) {
		problem("event " + name);
	}

	void outOfOrder(long last, long next) {
		problem((next <= last) ? "repeated" : "missed");
	}

	void problem(String text) {
		synchronized (this.problems) {
			this.problems.merge(text, 1, Integer::sum);
		}
		this.failures++;
	}

	void took(long nanos) {
		this.latency.recordValue(Math.max(1, Math.min(nanos, this.latency.getHighestTrackableValue())));
	}

	void delivered(long sequence) {
		this.deliveredNow++;
		int level = (int) (sequence & (LEVELS - 1));
		if (++this.reached[level] == this.members) {
			this.reached[level] = 0;
			this.slowestNow = sequence;
		}
	}

	void publish() {
		this.slowest = this.slowestNow;
		this.delivered = this.deliveredNow;
	}

	void reset() {
		this.latency.reset();
		this.deliveredNow = 0;
		this.delivered = 0;
		this.connected = 0;
	}

	Histogram takeLatency() {
		Histogram copy = this.latency.copy();
		this.latency.reset();
		return copy;
	}

	/**
	 * The last event that every connection has.
	 * @return its number
	 */
	public long slowest() {
		return this.slowest;
	}

	/**
	 * How many events arrived, over all connections that read.
	 * @return the number of events
	 */
	public long delivered() {
		return this.delivered;
	}

	/**
	 * How many streams are open.
	 * @return the number of streams
	 */
	public int open() {
		return this.open;
	}

	/**
	 * How many {@code connected} events arrived.
	 * @return the number of events
	 */
	public int connectedEvents() {
		return this.connected;
	}

	/**
	 * How often something was not as it should be.
	 * @return the number
	 */
	public int failures() {
		return this.failures;
	}

	/**
	 * What was not as it should be, with how often.
	 * @return a copy
	 */
	public Map<String, Integer> problems() {
		synchronized (this.problems) {
			return new TreeMap<>(this.problems);
		}
	}

}
