package io.github.ssehub.source;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.backoff.BackOff;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;

/**
 * A source and how it is. Started, tried again and stopped by one thread at a time.
 */
final class RunningSource {

	private static final Log logger = LogFactory.getLog(SseSource.class);

	private final SseSource source;

	private final String name;

	private final CountingSink sink;

	private final LongSupplier nanoTime;

	private volatile boolean started;

	/** Why the source did not start. */
	private volatile @Nullable String startFailure;

	private final BackOff backOff = backOff();

	private BackOffExecution waits = this.backOff.start();

	private long retryAt;

	RunningSource(SseSource source, String name, CountingSink sink, LongSupplier nanoTime) {
		this.source = source;
		this.name = name;
		this.sink = sink;
		this.nanoTime = nanoTime;
	}

	private static BackOff backOff() {
		ExponentialBackOff backOff = new ExponentialBackOff(1000, 2);
		// What all nodes wait for comes back for all of them at once.
		backOff.setJitter(500);
		backOff.setMaxInterval(60_000);
		return backOff;
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
		this.waits = this.backOff.start();
		this.started = true;
	}

	private void notStarted(Exception exception) {
		if (this.startFailure == null) {
			logger.warn("The source '%s' does not start and is tried again: %s".formatted(this.name,
					CountingSink.reason(exception)), exception);
		}
		this.startFailure = CountingSink.reason(exception);
		this.retryAt = this.nanoTime.getAsLong() + TimeUnit.MILLISECONDS.toNanos(this.waits.nextBackOff());
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
