package io.github.ssehub.source;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs when messages of a source begin to be rejected, and when that is over: a minute
 * after the last one, because under load one is rejected and the next is not.
 */
final class RejectedMessages {

	private static final Log logger = LogFactory.getLog(SseSource.class);

	private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

	private final String source;

	private final LongSupplier nanoTime;

	private int count;

	private long first;

	private long last;

	RejectedMessages(String source, LongSupplier nanoTime) {
		this.source = source;
		this.nanoTime = nanoTime;
	}

	void add(String reason) {
		report();
		synchronized (this) {
			this.last = this.nanoTime.getAsLong();
			this.count++;
			if (this.count > 1) {
				return;
			}
			this.first = this.last;
		}
		logger.warn("A message of the source '%s' was not published: %s. More of them are counted"
			.formatted(this.source, reason));
	}

	/**
	 * Logs how many there were when it is over. Called now and then.
	 */
	void report() {
		String line;
		synchronized (this) {
			if (this.count == 0 || this.nanoTime.getAsLong() - this.last < QUIET_NANOS) {
				return;
			}
			line = "%d messages of the source '%s' were not published within %d seconds, and none since"
				.formatted(this.count, this.source, Duration.ofNanos(this.last - this.first).toSeconds());
			this.count = 0;
		}
		logger.info(line);
	}

}
