package io.github.ssehub.source;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.ssehub.SsePublisher;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.internal.retry.Outage;
import io.github.ssehub.internal.retry.RetryingLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the sources with the application, and tries those again that did not
 * start.
 */
final class SourceRunner implements SmartLifecycle, SseSources, Outage.Listener {

	static final int PHASE = SseAutoConfiguration.PHASE + 256;

	private static final Log logger = LogFactory.getLog(SseSource.class);

	private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

	private static final Duration TICK = Duration.ofMillis(500);

	private final Map<String, RunningSource> sources = new LinkedHashMap<>();

	/** Held while sources are started and stopped, so that both are never at once. */
	private final Object lifecycle = new Object();

	private volatile boolean running;

	private volatile @Nullable RetryingLoop ticker;

	SourceRunner(List<SseSource> sources, SsePublisher publisher, long maxMessageBytes, LongSupplier nanoTime) {
		MessageReader reader = new MessageReader(maxMessageBytes);
		for (SseSource source : sources) {
			String name = requireName(source);
			CountingSink sink = new CountingSink(name, publisher, reader, nanoTime);
			if (this.sources.putIfAbsent(name, new RunningSource(source, name, sink, nanoTime)) != null) {
				throw new IllegalStateException(
						"Two sources have the name '%s': give each SseSource bean a name of its own".formatted(name));
			}
		}
	}

	private static String requireName(SseSource source) {
		String name = source.name();
		if (!name.matches("[a-z0-9-]{1,64}")) {
			throw new IllegalStateException("The name '%s' of %s must have 1 to 64 of the characters a-z, 0-9 and -"
				.formatted(name, source.getClass().getName()));
		}
		return name;
	}

	@Override
	public void start() {
		synchronized (this.lifecycle) {
			if (this.running) {
				return;
			}
			this.running = true;
			this.sources.values().forEach(RunningSource::start);
			RetryingLoop ticker = new RetryingLoop("sse-source", new Outage(TICK, MAX_PAUSE, this), this::tick);
			this.ticker = ticker;
			ticker.start();
		}
	}

	private void tick(RetryingLoop loop) {
		while (!loop.isClosed()) {
			loop.pause(TICK);
			tick();
			loop.works();
		}
	}

	void tick() {
		for (RunningSource source : this.sources.values()) {
			synchronized (this.lifecycle) {
				if (this.running) {
					source.tick();
				}
			}
		}
	}

	@Override
	public void stop() {
		synchronized (this.lifecycle) {
			if (!this.running) {
				return;
			}
			this.running = false;
			if (this.ticker != null) {
				// Without waiting for it: it may be waiting for this lock.
				this.ticker.close(Duration.ZERO, Duration.ZERO);
				this.ticker = null;
			}
			this.sources.values().forEach(RunningSource::stop);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	@Override
	public Set<String> names() {
		return Collections.unmodifiableSet(this.sources.keySet());
	}

	@Override
	public long count(String name, SourceOutcome outcome) {
		return require(name).count(outcome);
	}

	@Override
	public @Nullable String failure(String name) {
		if (!this.running) {
			return null;
		}
		String failure = require(name).failure();
		RetryingLoop ticker = this.ticker;
		return (failure != null || ticker == null) ? failure : ticker.failure();
	}

	@Override
	public String reason(Throwable failure) {
		return CountingSink.reason(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.warn("Sources that did not start cannot be started again at the moment: " + reason, failure);
	}

	@Override
	public void onEnd(long millis) {
		logger.info("Sources that did not start are started again");
	}

	private RunningSource require(String name) {
		RunningSource source = this.sources.get(name);
		if (source == null) {
			throw new IllegalArgumentException("There is no source '%s' but %s".formatted(name, names()));
		}
		return source;
	}

}
