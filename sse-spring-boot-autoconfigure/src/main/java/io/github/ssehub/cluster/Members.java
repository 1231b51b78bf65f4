package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Who is there, as far as this node has heard.
 *
 * Time is measured by the hellos of this node that come back to it: while the channel is
 * silent none do, and nobody is given up for what the channel did not carry. Safe for use
 * by any thread.
 */
final class Members {

	/** How often a node says hello. */
	static final Duration HELLO_INTERVAL = Duration.ofSeconds(1);

	/** Of this node, without one of the other. One may be late, and one be early. */
	static final int HELLOS_UNTIL_GONE = 3;

	/**
	 * Of this node, after the first that it heard. Each other node has said one
	 * meanwhile, though it may be late.
	 */
	private static final int HELLOS_UNTIL_COMPLETE = 2;

	private static final long SILENCE_NANOS = HELLO_INTERVAL.multipliedBy(HELLOS_UNTIL_GONE).toNanos();

	private final String self;

	private final LongSupplier nanoTime;

	/** The other nodes, each with the value of {@link #ownHellos} at its last hello. */
	private final Map<String, Long> others = new ConcurrentHashMap<>();

	private long ownHellos;

	private long lastOwnNumber;

	/** Without a silence between them. */
	private volatile int ownInARow;

	private volatile boolean heardOwn;

	private volatile long heardOwnNanos;

	Members(String self, LongSupplier nanoTime) {
		this.self = self;
		this.nanoTime = nanoTime;
		begin();
	}

	/**
	 * Notes that this node begins to say hello.
	 */
	void begin() {
		this.heardOwnNanos = this.nanoTime.getAsLong();
	}

	/**
	 * Notes a hello of another node.
	 * @return whether the node is new
	 */
	synchronized boolean heard(String node) {
		return this.others.put(node, this.ownHellos) == null;
	}

	/**
	 * Notes a hello of this node.
	 * @return the nodes that are gone
	 */
	synchronized List<String> heardOwn(long number) {
		if (!isConnected()) {
			this.ownInARow = 0;
		}
		this.heardOwnNanos = this.nanoTime.getAsLong();
		this.heardOwn = true;
		if (number == this.lastOwnNumber) {
			// Said between two seconds, to greet somebody.
			return List.of();
		}
		this.lastOwnNumber = number;
		this.ownHellos++;
		this.ownInARow = Math.min(this.ownInARow + 1, HELLOS_UNTIL_COMPLETE + 1);
		List<String> gone = new ArrayList<>();
		this.others.forEach((node, last) -> {
			if (this.ownHellos - last > HELLOS_UNTIL_GONE) {
				gone.add(node);
			}
		});
		gone.forEach(this.others::remove);
		return gone;
	}

	/**
	 * Notes that a node says it leaves.
	 * @return whether it was known
	 */
	boolean left(String node) {
		return this.others.remove(node) != null;
	}

	/**
	 * Forgets everybody.
	 */
	void clear() {
		this.others.clear();
		this.heardOwn = false;
	}

	/**
	 * The other nodes.
	 * @return a copy
	 */
	SortedSet<String> others() {
		return new TreeSet<>(this.others.keySet());
	}

	/**
	 * All nodes.
	 * @return a copy
	 */
	SortedSet<String> all() {
		SortedSet<String> all = others();
		all.add(this.self);
		return all;
	}

	/**
	 * Whether the channel carries messages: this node hears itself.
	 */
	boolean isConnected() {
		return this.heardOwn && !isSilent();
	}

	/**
	 * Whether this node has heard itself for so long that it has heard every other node,
	 * too. One that has just begun, or was cut off, may not know those yet that are
	 * there.
	 */
	boolean isComplete() {
		return isConnected() && this.ownInARow > HELLOS_UNTIL_COMPLETE;
	}

	/**
	 * Whether this node has had time to hear itself, and has not.
	 */
	boolean isSilent() {
		return this.nanoTime.getAsLong() - this.heardOwnNanos > SILENCE_NANOS;
	}

}
