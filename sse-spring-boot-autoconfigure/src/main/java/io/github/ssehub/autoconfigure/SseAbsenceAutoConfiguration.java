package io.github.ssehub.autoconfigure;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.ApplicationContext;

/**
 * Auto-configuration that says, in a web application without Spring MVC, why there are no
 * event streams.
 */
@AutoConfiguration(after = SseAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "sse.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(type = "io.github.ssehub.internal.hub.SseHub")
public final class SseAbsenceAutoConfiguration {

	private static final Log logger = LogFactory.getLog(SseAbsenceAutoConfiguration.class);

	SseAbsenceAutoConfiguration(ApplicationContext context) {
		// The parent has said so.
		if (context.getParent() == null
				|| context.getParent().getBeanNamesForType(SseAbsenceAutoConfiguration.class).length == 0) {
			logger.info(
					"There are no event streams, because they need Spring MVC on a servlet container, and this is no such application. Set sse.enabled=false if that is meant");
		}
	}

}
