package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

import io.github.ssehub.log.EventLogException;
import org.jspecify.annotations.Nullable;

/**
 * A question that is under way. The thread that asks waits here and reads the answers;
 * other threads only put in what comes.
 *
 * @param <A> the type of an answer
 */
final class Inquiry<A> {

	private final Class<A> type;

	private final Set<String> waiting;

	private final Predicate<A> enough;

	private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();

	private final SortedMap<String, A> answers = new TreeMap<>();

	private final SortedMap<String, RuntimeException> failures = new TreeMap<>();

	/**
	 * Begins an inquiry.
	 * @param type the type of an answer
	 * @param nodes who is asked
	 * @param enough tells an answer that makes the others needless
	 */
	Inquiry(Class<A> type, Set<String> nodes, Predicate<A> enough) {
		this.type = type;
		this.waiting = new TreeSet<>(nodes);
		this.enough = enough;
	}

	// By any thread

	/**
	 * Takes the reply of a node.
	 */
	void replied(String node, byte[] reply) {
		this.arrivals.add(new Arrival(node, reply));
	}

	/**
	 * Notes that a node will not answer because it is not there any more.
	 */
	void left(String node) {
		this.arrivals.add(new Arrival(node, null));
	}

	// By the thread that asks

	/**
	 * Takes the answer of a node.
	 */
	void answered(String node, A answer) {
		this.answers.put(node, answer);
		this.waiting.remove(node);
		if (this.enough.test(answer)) {
			this.waiting.clear();
		}
	}

	/**
	 * Whether nobody's answer is missing.
	 */
	boolean isOver() {
		return this.waiting.isEmpty();
	}

	/**
	 * Waits for the replies.
	 * @param timeout how long at most
	 */
	void await(Duration timeout) {
		long deadline = System.nanoTime() + timeout.toNanos();
		try {
			while (!isOver()) {
				Arrival arrival = this.arrivals.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
				if (arrival == null) {
					break;
				}
				if (this.waiting.remove(arrival.node()) && arrival.reply() != null) {
					read(arrival.node(), arrival.reply());
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		if (!isOver()) {
			failed(new EventLogException(
					"No answer came from %s within %d ms".formatted(this.waiting, timeout.toMillis()), null));
		}
	}

	private void read(String node, byte[] reply) {
		try {
			answered(node, Json.read(reply, Reply.class).get(this.type, node));
		}
		catch (RuntimeException ex) {
			this.failures.put(node, ex);
		}
	}

	/**
	 * Notes that those who have not answered will not.
	 */
	void failed(RuntimeException cause) {
		this.waiting.forEach((node) -> this.failures.put(node, cause));
		this.waiting.clear();
	}

	/**
	 * What the nodes answered.
	 */
	Answers<A> answers() {
		return new Answers<>(this.answers, this.failures);
	}

	/**
	 * What came from a node: its reply, or the news that it left.
	 */
	private record Arrival(String node, byte @Nullable [] reply) {
	}

}
