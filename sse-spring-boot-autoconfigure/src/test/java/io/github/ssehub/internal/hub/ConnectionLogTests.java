package io.github.ssehub.internal.hub;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.github.ssehub.SseConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log says of each connection at debug level.
 */
class ConnectionLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(SseConnection.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final TestHub hub = TestHub.start();

	@BeforeEach
	void listen() {
		this.appender.start();
		this.logger.addAppender(this.appender);
		this.logger.setLevel(Level.DEBUG);
	}

	@AfterEach
	void close() {
		this.logger.setLevel(null);
		this.logger.detachAppender(this.appender);
		this.hub.close();
	}

	@Test
	void hasEachConnectionThatOpensAndEnds() {
		TestClient client = this.hub.client().user("alice").connected();
		client.drop();
		String connection = "connection " + client.id() + " of user alice from 192.0.2.1";
		List<String> messages = this.appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
		assertThat(messages).hasSize(2);
		assertThat(messages.get(0)).isEqualTo("Opened " + connection);
		assertThat(messages.get(1)).startsWith("Closing " + connection + " after ")
			.contains(" ms: client-gone (java.io.IOException: Connection reset by peer)");
	}

	@Test
	void hasOneLineWhateverAUserIsCalled() {
		TestClient client = this.hub.client().user("eve\r\nOpened connection").connected();
		assertThat(this.appender.list.get(0).getFormattedMessage()).doesNotContain("\n").doesNotContain("\r");
		assertThat(client.connection()).asString().doesNotContain("\n").doesNotContain("\r");
	}

}
