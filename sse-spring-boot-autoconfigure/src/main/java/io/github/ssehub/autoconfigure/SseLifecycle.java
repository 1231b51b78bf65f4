package io.github.ssehub.autoconfigure;

import io.github.ssehub.internal.hub.SseHub;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops the hub with the application. It stops before the web server begins
 * its graceful shutdown, which waits for open requests: a stream would never end by
 * itself.
 */
class SseLifecycle implements SmartLifecycle {

	private final SseHub hub;

	SseLifecycle(SseHub hub) {
		this.hub = hub;
	}

	@Override
	public void start() {
		this.hub.start();
	}

	@Override
	public void stop() {
		this.hub.stop();
	}

	@Override
	public boolean isRunning() {
		return this.hub.isStarted();
	}

	@Override
	public int getPhase() {
		return SseAutoConfiguration.PHASE;
	}

}
