package io.github.ssehub.autoconfigure;

import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.tomcat.TomcatConnectorCustomizer;

/**
 * Lets Tomcat take as many connections as the starter does. At its own limit, 8192, the
 * port freezes for everybody, while the starter answers 503.
 */
final class TomcatMaxConnections implements TomcatConnectorCustomizer {

	private static final Log logger = LogFactory.getLog(TomcatMaxConnections.class);

	static final String PROPERTY = "server.tomcat.max-connections";

	private final ServerConnections connections;

	private final boolean configured;

	TomcatMaxConnections(ServerConnections connections, boolean configured) {
		this.connections = connections;
		this.configured = configured;
	}

	@Override
	public void customize(Connector connector) {
		if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
			customize(protocol);
		}
	}

	private void customize(AbstractProtocol<?> protocol) {
		int current = protocol.getMaxConnections();
		if (this.connections.fitInto(current)) {
			return;
		}
		if (this.configured) {
			logger.warn(this.connections.warning(PROPERTY, current));
			return;
		}
		protocol.setMaxConnections(this.connections.required());
		logger.info("Raised %s from %d to %d, above sse.max-connections".formatted(PROPERTY, current,
				this.connections.required()));
	}

}
