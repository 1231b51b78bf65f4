package io.github.ssehub.cluster;

import java.time.Duration;

import io.github.ssehub.internal.retry.Outage;
import io.github.ssehub.internal.retry.RetryingLoop;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops a node with the application, and lets it say hello meanwhile. It is
 * there before the web server takes requests and until it takes no more.
 */
final class ClusterLifecycle implements SmartLifecycle, Outage.Listener {

	private static final Log logger = LogFactory.getLog(ClusterNode.class);

	private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);

	static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1024;

	private final ClusterNode node;

	private @Nullable RetryingLoop hellos;

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
		this.hellos = new RetryingLoop("sse-cluster-hello", new Outage(FIRST_BACK_OFF, Members.HELLO_INTERVAL, this),
				this::sayHello);
		this.hellos.start();
	}

	private void sayHello(RetryingLoop loop) {
		while (!loop.isClosed()) {
			this.node.hello();
			loop.works();
			loop.pause(Members.HELLO_INTERVAL);
		}
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		RetryingLoop hellos = this.hellos;
		if (hellos == null) {
			return;
		}
		this.hellos = null;
		// So that the good-bye need not wait for a hello.
		hellos.close(Duration.ZERO, Members.HELLO_INTERVAL);
		this.node.stop();
	}

	@Override
	public String reason(Throwable failure) {
		return String.valueOf(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.warn("The other nodes are not told that this one is there: " + reason);
	}

	@Override
	public void onEnd(long millis) {
		logger.info("The other nodes are told again that this one is there");
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
