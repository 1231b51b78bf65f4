package io.github.ssehub.source;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A source and how it is. Started, tried again and stopped by one thread at a time.
 */
final class RunningSource {

	private static final Log logger = LogFactory.getLog(SseSource.class);

	private static final long MIN_BACK_OFF_NANOS = Duration.ofSeconds(1).toNanos();

	private static final long MAX_BACK_OFF_NANOS = Duration.ofMinutes(1).toNanos();

	private final SseSource source;

	private final String name;

	private final CountingSink sink;

	private final LongSupplier nanoTime;

	private volatile boolean started;

	/** Why the source did not start. */
	private volatile @Nullable String startFailure;

	private long backOffNanos = MIN_BACK_OFF_NANOS;

	private long retryAt;

	RunningSource(SseSource source, String name, CountingSink sink, LongSupplier nanoTime) {
		this.source = source;
		this.name = name;
		this.sink = sink;
		this.nanoTime = nanoTime;
	}

	void start() {
		try {
			this.source.start(this.sink);
		}
		catch (Exception ex) {
			notStarted(ex);
			return;
		}
		if (this.startFailure != null) {
			logger.info("The source '%s' is started now".formatted(this.name));
		}
		this.startFailure = null;
		this.backOffNanos = MIN_BACK_OFF_NANOS;
		this.started = true;
	}

	private void notStarted(Exception exception) {
		if (this.startFailure == null) {
			logger.warn("The source '%s' does not start and is tried again: %s".formatted(this.name,
					CountingSink.reason(exception)), exception);
		}
		this.startFailure = CountingSink.reason(exception);
		// With jitter: what all nodes wait for comes back for all of them at once.
		this.retryAt = this.nanoTime.getAsLong()
				+ ThreadLocalRandom.current().nextLong(this.backOffNanos / 2, this.backOffNanos);
		this.backOffNanos = Math.min(2 * this.backOffNanos, MAX_BACK_OFF_NANOS);
	}

	/**
	 * Starts the source again if it did not start and it is time. Called now and then.
	 */
	void tick() {
		if (!this.started && this.nanoTime.getAsLong() - this.retryAt >= 0) {
			start();
		}
		this.sink.report();
	}

	void stop() {
		boolean stop = this.started;
		this.started = false;
		this.startFailure = null;
		if (stop) {
			try {
				this.source.stop();
			}
			catch (Exception ex) {
				logger.warn("The source '%s' did not stop properly".formatted(this.name), ex);
			}
		}
	}

	@Nullable String failure() {
		if (!this.started) {
			return this.startFailure;
		}
		try {
			this.source.check();
			return null;
		}
		catch (Exception ex) {
			return CountingSink.reason(ex);
		}
	}

	long count(SourceOutcome outcome) {
		return this.sink.counted(outcome);
	}

}
