package io.github.ssehub.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import io.github.ssehub.SseConnectionListener;
import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.internal.delivery.LoopSettings;
import io.github.ssehub.internal.delivery.WriterSettings;
import io.github.ssehub.internal.hub.DataConverter;
import io.github.ssehub.internal.hub.HubObserver;
import io.github.ssehub.internal.hub.HubSettings;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.EventLogs;
import io.github.ssehub.log.LogLimits;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration of the engine: the event log, the delivery loops and the API to
 * them. A child context shares those of its parent: what is published in one of them
 * reaches the clients of both, and all its settings but those of the web server are the
 * parent's.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass(DispatcherServlet.class)
@ConditionalOnBooleanProperty(name = "sse.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(SseHub.class)
@EnableConfigurationProperties(SseProperties.class)
@ImportRuntimeHints(TransactionRuntimeHints.class)
public final class SseAutoConfiguration {

	/**
	 * The phase in which the hub starts and stops. What publishes has a greater one: it
	 * starts later and stops earlier.
	 */
	public static final int PHASE = WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 512;

	private static final Log logger = LogFactory.getLog(SseAutoConfiguration.class);

	private static final int MAX_DEFAULT_THREADS = 4;

	private static final Duration LINGER = Duration.ofSeconds(5);

	private final SseProperties properties;

	SseAutoConfiguration(SseProperties properties) {
		PropertyChecks.check(properties);
		this.properties = properties;
	}

	@Bean
	@ConditionalOnMissingBean
	LogLimits sseLogLimits() {
		SseProperties.Log log = this.properties.getLog();
		return new LogLimits(log.getHistory(), log.getMaxBytes().toBytes(), log.getMaxAge(),
				log.getIdempotency().getWindow(), log.getIdempotency().getMaxIds());
	}

	@Bean
	@ConditionalOnMissingBean
	EventLog sseEventLog(LogLimits limits) {
		SseProperties.Log.Type type = this.properties.getLog().getType();
		return switch (type) {
			case MEMORY -> EventLogs.inMemory(limits);
			case REDIS -> throw new SseConfigurationException("sse.log.type", "redis",
					"there is no connection to Redis by Lettuce",
					"Add spring-boot-starter-data-redis and set spring.data.redis.host, or set sse.log.type=memory.");
		};
	}

	@Bean
	SseHub sseHub(EventLog log, ObjectProvider<JsonMapper> jsonMapper, ObjectProvider<HubObserver> observer,
			ObjectProvider<SseConnectionListener> listeners) {
		HubSettings settings = hubSettings();
		SseHub hub = new SseHub(settings, log, dataConverter(jsonMapper.getIfUnique(() -> JsonMapper.shared())),
				observer.getIfAvailable(() -> HubObserver.NONE), () -> listeners.orderedStream().toList());
		logger.info(summary(settings));
		return hub;
	}

	private HubSettings hubSettings() {
		SseProperties properties = this.properties;
		SseProperties.Buffer buffer = properties.getBuffer();
		WriterSettings writer = new WriterSettings(buffer.getEvents(), buffer.getBytes().toBytes(),
				buffer.getOverflow(), properties.getHeartbeat().getInterval(), properties.getHeartbeat().getMode(),
				properties.getClientTimeout(), properties.getMaxLifetime(), LINGER);
		SseProperties.Delivery delivery = properties.getDelivery();
		LoopSettings loop = new LoopSettings(delivery.getInboxEvents(), delivery.getBatchInterval());
		Integer threads = delivery.getThreads();
		return new HubSettings(writer, properties.getMaxConnections(), properties.getMaxConnectionsPerUser(),
				properties.getUserLimitPolicy(), properties.getMaxEventSize().toBytes(), properties.getRetry(),
				properties.getTopics().isEnabled(), properties.getTopics().getMaxPerConnection(),
				(threads != null) ? threads : Math.min(Runtime.getRuntime().availableProcessors(), MAX_DEFAULT_THREADS),
				loop, delivery.getPublishTimeout(), buffer.getSendTimeout(), properties.getShutdown().getDrainTime());
	}

	private static DataConverter dataConverter(JsonMapper jsonMapper) {
		return (data) -> {
			try {
				return jsonMapper.writeValueAsString(data);
			}
			catch (JacksonException ex) {
				throw new IllegalArgumentException("The data of type %s cannot be turned into JSON: %s"
					.formatted(data.getClass().getName(), ex.getOriginalMessage()), ex);
			}
		};
	}

	private String summary(HubSettings settings) {
		SseProperties properties = this.properties;
		int max = settings.maxConnections();
		return "Event streams at %s/connect: %s connections, heartbeat %s, buffer %d events or %s then %s, log %s with %d events, %d delivery loops"
			.formatted(properties.getPath(), (max > 0) ? "at most " + max : "any number of",
					PropertyText.of(settings.writer().heartbeatInterval()), settings.writer().maxEvents(),
					PropertyText.of(properties.getBuffer().getBytes()), name(settings.writer().overflow()),
					name(properties.getLog().getType()), properties.getLog().getHistory(), settings.threads());
	}

	private static String name(Enum<?> constant) {
		return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	@Bean
	SseLifecycle sseLifecycle(SseHub hub) {
		return new SseLifecycle(hub);
	}

	@Bean
	@ConditionalOnMissingBean
	SsePublisher ssePublisher(SseHub hub) {
		return hub.publisher();
	}

	@Bean
	@ConditionalOnMissingBean
	SseConnections sseConnections(SseHub hub) {
		return hub.connections();
	}

	@Bean
	PublicationListener ssePublicationListener(SsePublisher publisher) {
		return new PublicationListener(publisher);
	}

}
