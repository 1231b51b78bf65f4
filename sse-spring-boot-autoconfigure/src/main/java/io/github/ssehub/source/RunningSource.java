package io.github.ssehub.source;

import java.time.Duration;
import java.util.function.LongSupplier;

import io.github.ssehub.internal.retry.Outage;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A source and how it is. Started, tried again and stopped by one thread at a time.
 */
final class RunningSource implements Outage.Listener {

	private static final Log logger = LogFactory.getLog(SseSource.class);

	private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

	private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

	private final SseSource source;

	private final String name;

	private final CountingSink sink;

	private final LongSupplier nanoTime;

	private volatile boolean started;

	/** From an attempt to start it that failed. */
	private final Outage outage = new Outage(FIRST_PAUSE, MAX_PAUSE, this);

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
		catch (Throwable ex) {
			this.retryAt = this.nanoTime.getAsLong() + this.outage.nextPause().toNanos();
			this.outage.failed(ex);
			return;
		}
		this.started = true;
		this.outage.ended();
	}

	@Override
	public String reason(Throwable failure) {
		return CountingSink.reason(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.warn("The source '%s' does not start and is tried again: %s".formatted(this.name, reason), failure);
	}

	@Override
	public void onEnd(long millis) {
		if (this.started) {
			logger.info("The source '%s' is started now".formatted(this.name));
		}
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
		this.outage.ended();
		if (stop) {
			try {
				this.source.stop();
			}
			catch (Throwable ex) {
				logger.warn("The source '%s' did not stop properly".formatted(this.name), ex);
			}
		}
	}

	@Nullable String failure() {
		if (!this.started) {
			return this.outage.reason();
		}
		try {
			this.source.check();
			return null;
		}
		catch (Throwable ex) {
			return CountingSink.reason(ex);
		}
	}

	long count(SourceOutcome outcome) {
		return this.sink.counted(outcome);
	}

}
