package io.github.ssehub.internal.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one loop has delivered. Counted by the loop alone, read by any thread.
 */
public final class DeliveryCounters {

	private final AtomicLong messages = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	void add(long messages, long bytes) {
		this.messages.lazySet(this.messages.getPlain() + messages);
		this.bytes.lazySet(this.bytes.getPlain() + bytes);
	}

	/**
	 * How many events of the application were written, counted once for each connection.
	 * @return the number of events
	 */
	public long messages() {
		return this.messages.get();
	}

	/**
	 * How many bytes those events had.
	 * @return the number of bytes
	 */
	public long bytes() {
		return this.bytes.get();
	}

}
