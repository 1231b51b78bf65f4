package io.github.ssehub.cluster;

import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops a node with the application, and lets it say hello meanwhile. It is
 * there before the web server takes requests and until it takes no more.
 */
final class ClusterLifecycle implements SmartLifecycle {

	static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

	private final ClusterNode node;

	private @Nullable ScheduledThreadPoolExecutor hellos;

	private volatile boolean running;

	ClusterLifecycle(ClusterNode node) {
		this.node = node;
	}

	@Override
	public synchronized void start() {
		this.running = true;
		if (this.node.isAlone() || this.hellos != null) {
			return;
		}
		this.node.start();
		this.hellos = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "sse-cluster-hello");
			thread.setDaemon(true);
			return thread;
		});
		this.hellos.scheduleWithFixedDelay(this.node::hello, 0, Members.HELLO_INTERVAL.toMillis(),
				TimeUnit.MILLISECONDS);
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		ScheduledThreadPoolExecutor hellos = this.hellos;
		if (hellos == null) {
			return;
		}
		this.hellos = null;
		hellos.shutdownNow();
		try {
			// A hello after the good-bye would make this node a member again.
			hellos.awaitTermination(Members.HELLO_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.node.stop();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
