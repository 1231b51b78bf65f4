package io.github.ssehub.internal.delivery;

import java.util.concurrent.atomic.LongAdder;

/**
 * What was delivered, over all connections.
 */
public final class DeliveryCounters {

	private final LongAdder messages = new LongAdder();

	private final LongAdder bytes = new LongAdder();

	void add(long messages, long bytes) {
		this.messages.add(messages);
		this.bytes.add(bytes);
	}

	/**
	 * How many events of the application were written, counted once for each connection.
	 * @return the number of events
	 */
	public long messages() {
		return this.messages.sum();
	}

	/**
	 * How many bytes those events had.
	 * @return the number of bytes
	 */
	public long bytes() {
		return this.bytes.sum();
	}

}
