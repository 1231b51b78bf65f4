package io.github.ssehub.autoconfigure;

import java.util.Locale;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.server.Compression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Refuses to compress event streams: it costs a compressor for each connection and holds
 * events back.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(name = "server.compression.enabled")
class CompressionCheckConfiguration {

	private static final String EVENT_STREAM = "text/event-stream";

	@Bean
	InitializingBean sseCompressionCheck(Environment environment) {
		return () -> {
			Compression compression = Binder.get(environment)
				.bind("server.compression", Compression.class)
				.orElseGet(Compression::new);
			for (String mimeType : compression.getAllMimeTypes()) {
				// Tomcat compresses what begins with one of the types.
				if (EVENT_STREAM.startsWith(mimeType.trim().toLowerCase(Locale.ROOT))) {
					throw new SseConfigurationException("server.compression.mime-types", mimeType,
							"it makes the server compress text/event-stream",
							"Remove %s from server.compression.mime-types and server.compression.additional-mime-types."
								.formatted(mimeType));
				}
			}
		};
	}

}
