package io.github.ssehub.autoconfigure;

import io.github.ssehub.internal.hub.SseHub;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the web server that streams go out by. A child context has a
 * server of its own, and the hub of its parent.
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(SseHub.class)
@Import({ TomcatServerConfiguration.class, JettyServerConfiguration.class, CompressionCheckConfiguration.class })
public final class SseServerAutoConfiguration {

}
