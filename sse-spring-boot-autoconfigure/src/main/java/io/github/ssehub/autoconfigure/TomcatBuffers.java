package io.github.ssehub.autoconfigure;

import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.util.unit.DataSize;

/**
 * Sets the buffers of Tomcat's connections that the application asks to be set.
 */
final class TomcatBuffers implements TomcatConnectorCustomizer {

	static final String SEND_BUFFER = "socket.txBufSize";

	static final String READ_BUFFER = "socket.appReadBufSize";

	private final @Nullable DataSize sendBuffer;

	private final @Nullable DataSize readBuffer;

	TomcatBuffers(@Nullable DataSize sendBuffer, @Nullable DataSize readBuffer) {
		this.sendBuffer = sendBuffer;
		this.readBuffer = readBuffer;
	}

	@Override
	public void customize(Connector connector) {
		if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
			set(protocol, SEND_BUFFER, this.sendBuffer);
			set(protocol, READ_BUFFER, this.readBuffer);
		}
	}

	private static void set(AbstractProtocol<?> protocol, String name, @Nullable DataSize size) {
		if (size != null) {
			protocol.setProperty(name, String.valueOf(size.toBytes()));
		}
	}

}
