package io.github.ssehub.source;

import java.time.Duration;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Logs the messages of a source that cannot be published: one at once, then a line a
 * minute at most, whatever comes.
 */
final class InvalidMessages {

	private static final Log logger = LogFactory.getLog(SseSource.class);

	private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();

	private final String source;

	private final LongSupplier nanoTime;

	private boolean quiet;

	private long quietSince;

	private int untold;

	private String lastOrigin = "";

	private String lastReason = "";

	InvalidMessages(String source, LongSupplier nanoTime) {
		this.source = source;
		this.nanoTime = nanoTime;
	}

	void add(String origin, String reason) {
		report();
		synchronized (this) {
			if (this.quiet) {
				this.untold++;
				this.lastOrigin = origin;
				this.lastReason = reason;
				return;
			}
			this.quiet = true;
			this.quietSince = this.nanoTime.getAsLong();
		}
		logger.warn(
				"The source '%s' got a message from '%s' that cannot be published: %s. More of them are counted and logged once a minute"
					.formatted(this.source, origin, reason));
	}

	/**
	 * Logs how many there were since the last line, if it is time. Called now and then.
	 */
	void report() {
		String line;
		synchronized (this) {
			if (!this.quiet || this.nanoTime.getAsLong() - this.quietSince < PERIOD_NANOS) {
				return;
			}
			if (this.untold == 0) {
				this.quiet = false;
				return;
			}
			line = "The source '%s' got %d more messages that cannot be published, the last one from '%s': %s"
				.formatted(this.source, this.untold, this.lastOrigin, this.lastReason);
			this.untold = 0;
			this.quietSince = this.nanoTime.getAsLong();
		}
		logger.warn(line);
	}

}
