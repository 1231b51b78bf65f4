package io.github.ssehub.web;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ssehub.ConnectionState;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.internal.hub.HubConnection;
import io.github.ssehub.internal.hub.SseHub;

import org.springframework.context.SmartLifecycle;

/**
 * The streams that go out by the web server of a child context. The hub is the parent's
 * and may outlive that server, whose graceful shutdown waits for them. So they end
 * before.
 */
final class ChildStreams implements SmartLifecycle {

	private final SseHub hub;

	private final Set<HubConnection> streams = ConcurrentHashMap.newKeySet();

	private volatile boolean stopping;

	private volatile boolean running;

	ChildStreams(SseHub hub) {
		this.hub = hub;
	}

	void opened(HubConnection connection) {
		this.streams.add(connection);
		connection.onCompletion(() -> this.streams.remove(connection));
		if (connection.getState() == ConnectionState.CLOSED) {
			// It was over before it could tell.
			this.streams.remove(connection);
		}
		if (this.stopping) {
			this.hub.end(Set.of(connection));
		}
	}

	@Override
	public void start() {
		this.stopping = false;
		this.running = true;
	}

	@Override
	public void stop() {
		this.stopping = true;
		this.hub.end(Set.copyOf(this.streams));
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return SseAutoConfiguration.PHASE;
	}

}
