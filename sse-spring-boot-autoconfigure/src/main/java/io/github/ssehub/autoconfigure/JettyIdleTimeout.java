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
			logger.info(
					"Raised Jetty's idle timeout, which is its write timeout, from %d to %d ms, above %s, because it may fail a heartbeat that is written when it passes. It holds for every connection of this server. %s sets another one"
						.formatted(current, raised, PROPERTY, SERVER_PROPERTY));
		}
	}

	private void warnUnlessAboveHeartbeats(long current) {
		if (current > 0 && current <= this.heartbeatMillis) {
			logger.warn(
					"Jetty's idle timeout of %d ms is not above %s=%d ms: it fails what is written when it passes, so now and then an idle stream ends and has to come back. Raise %s, or lower %s"
						.formatted(current, PROPERTY, this.heartbeatMillis, SERVER_PROPERTY, PROPERTY));
		}
	}

}
