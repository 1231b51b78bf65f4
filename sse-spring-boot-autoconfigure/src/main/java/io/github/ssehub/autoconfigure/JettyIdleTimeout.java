package io.github.ssehub.autoconfigure;

import java.time.Duration;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.server.AbstractConnector;

/**
 * Keeps Jetty's idle timeout above the interval of the heartbeats, which are as long by
 * default. Jetty does not end a stream that nothing was written to for so long. But it
 * fails a write that is under way at the moment the timeout passes, as a heartbeat may
 * be.
 */
final class JettyIdleTimeout {

	private static final Log logger = LogFactory.getLog(JettyIdleTimeout.class);

	static final String SERVER_PROPERTY = "server.jetty.connection-idle-timeout";

	private static final String PROPERTY = "sse.heartbeat.interval";

	/** That of Jetty's connectors. A customizer of the application leaves another one. */
	private static final long JETTY_MILLIS = 30_000;

	private final long heartbeatMillis;

	private final boolean configured;

	JettyIdleTimeout(Duration heartbeat, boolean configured) {
		this.heartbeatMillis = heartbeat.toMillis();
		this.configured = configured;
	}

	void customize(AbstractConnector connector) {
		long current = connector.getIdleTimeout();
		if (this.configured || current != JETTY_MILLIS) {
			warnUnlessAboveHeartbeats(current);
			return;
		}
		long raised = this.heartbeatMillis + this.heartbeatMillis / 2;
		if (current < raised) {
			connector.setIdleTimeout(raised);
			logger.info("Raised %s from %s to %s, above %s".formatted(SERVER_PROPERTY, text(current), text(raised),
					PROPERTY));
		}
	}

	private void warnUnlessAboveHeartbeats(long current) {
		if (current > 0 && current <= this.heartbeatMillis) {
			logger.warn("Jetty's idle timeout of %s may end idle streams: set %s above %s=%s".formatted(text(current),
					SERVER_PROPERTY, PROPERTY, text(this.heartbeatMillis)));
		}
	}

	private static String text(long millis) {
		return PropertyText.of(Duration.ofMillis(millis));
	}

}
