package io.github.ssehub.autoconfigure;

import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

/**
 * Lets the clients of a node that was restarted wait for Tomcat instead of for their own
 * retransmission, which doubles each time.
 */
final class TomcatAcceptCount implements TomcatConnectorCustomizer {

	private static final Log logger = LogFactory.getLog(TomcatAcceptCount.class);

	static final String PROPERTY = "server.tomcat.accept-count";

	private static final int TOMCAT_DEFAULT = 100;

	private final boolean configured;

	TomcatAcceptCount(boolean configured) {
		this.configured = configured;
	}

	@Override
	public void customize(Connector connector) {
		// A customizer of the application leaves no trace but the value.
		if (!this.configured && connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol
				&& protocol.getAcceptCount() == TOMCAT_DEFAULT) {
			protocol.setAcceptCount(ServerConnections.ACCEPT_QUEUE);
			logger.info("Raised %s from %d to %d, for clients that all connect at once".formatted(PROPERTY,
					TOMCAT_DEFAULT, ServerConnections.ACCEPT_QUEUE));
		}
	}

}
