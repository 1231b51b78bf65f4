package io.github.ssehub.autoconfigure;

import java.time.Duration;

import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Constants;

import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

/**
 * Lets Tomcat give up a client that takes nothing before a graceful shutdown has to wait
 * for it in vain. Tomcat has no write timeout of its own for HTTP/1.1: it is the
 * connection timeout, which others follow. Those keep what they had. HTTP/2 has its own.
 */
final class TomcatWriteTimeout implements TomcatConnectorCustomizer {

	private static final Log logger = LogFactory.getLog(TomcatWriteTimeout.class);

	static final String PROPERTY = "sse.tomcat.write-timeout";

	static final String SERVER_PROPERTY = "server.tomcat.connection-timeout";

	private final int timeoutMillis;

	private final boolean configured;

	private final boolean serverConfigured;

	TomcatWriteTimeout(Duration timeout, boolean configured, boolean serverConfigured) {
		this.timeoutMillis = (int) timeout.toMillis();
		this.configured = configured;
		this.serverConfigured = serverConfigured;
	}

	@Override
	public void customize(Connector connector) {
		if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> protocol) {
			customize(protocol);
		}
	}

	private void customize(AbstractHttp11Protocol<?> protocol) {
		int current = protocol.getConnectionTimeout();
		if (current == this.timeoutMillis) {
			return;
		}
		// A customizer of the application leaves no trace but the value.
		if (this.serverConfigured || current != Constants.DEFAULT_CONNECTION_TIMEOUT) {
			warnOfNoEffect(current);
			return;
		}
		protocol.setKeepAliveTimeout(protocol.getKeepAliveTimeout());
		if (protocol.getDisableUploadTimeout()) {
			protocol.setConnectionUploadTimeout(current);
			protocol.setDisableUploadTimeout(false);
		}
		protocol.setConnectionTimeout(this.timeoutMillis);
		logger.info("Changed Tomcat's write timeout from %s to %s by %s".formatted(text(current),
				text(this.timeoutMillis), PROPERTY));
	}

	private void warnOfNoEffect(int current) {
		if (this.configured) {
			logger.warn("%s=%s has no effect, because the application set Tomcat's connection timeout to %s"
				.formatted(PROPERTY, text(this.timeoutMillis), text(current)));
		}
	}

	private static String text(int millis) {
		return (millis >= 0) ? PropertyText.of(Duration.ofMillis(millis)) : "never";
	}

}
