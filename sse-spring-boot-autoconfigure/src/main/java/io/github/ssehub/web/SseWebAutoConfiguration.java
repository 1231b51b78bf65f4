package io.github.ssehub.web;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import io.github.ssehub.autoconfigure.SseProperties;
import io.github.ssehub.cluster.SseCluster;
import io.github.ssehub.cluster.SseClusterAutoConfiguration;
import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.security.SseSecurityAutoConfiguration;
import io.github.ssehub.security.SubscribeAuthorizer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSessionIdListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.AnyNestedCondition;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.OnPropertyListCondition;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletPath;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.filter.CorsFilter;

/**
 * Auto-configuration of the servlet side: returned connections, REST endpoints and their
 * errors.
 */
@AutoConfiguration(
		after = { SseClusterAutoConfiguration.class, SseAutoConfiguration.class, SseSecurityAutoConfiguration.class },
		afterName = { "org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration",
				"org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration" })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(SseHub.class)
@Import({ TomcatErrorConfiguration.class, JettyErrorConfiguration.class })
public final class SseWebAutoConfiguration {

	/**
	 * After Spring's filters for forwarded headers, which tell the server's own origin,
	 * and for observations.
	 */
	private static final int CORS_FILTER_ORDER = Ordered.HIGHEST_PRECEDENCE + 10;

	private static final Log logger = LogFactory.getLog(SseWebAutoConfiguration.class);

	private static final int BLOCKING_WRITE_THREADS = 200;

	@Bean
	EndpointPaths sseEndpointPaths(SseProperties properties, ObjectProvider<DispatcherServletPath> servletPath) {
		DispatcherServletPath path = servletPath.getIfAvailable();
		return new EndpointPaths((path != null) ? path.getPrefix() : "", properties.getPath());
	}

	@Bean
	ProblemWriter sseProblemWriter() {
		return new ProblemWriter();
	}

	@Bean
	ContainerProblems sseContainerProblems(EndpointPaths paths, ProblemWriter problems, ServletContext servletContext) {
		return new ContainerProblems(paths, problems, servletContext);
	}

	@Bean
	ProblemExceptionResolver sseProblemExceptionResolver(EndpointPaths paths, ProblemWriter problems) {
		return new ProblemExceptionResolver(paths, problems);
	}

	@Bean
	ErrorProblemHandlerMapping sseErrorProblemHandlerMapping(EndpointPaths paths, ProblemWriter problems) {
		return new ErrorProblemHandlerMapping(paths, problems);
	}

	/**
	 * Writes to what cannot be written without blocking. A client that takes nothing
	 * holds one of the threads until the server's write timeout, so their number is
	 * bounded, as that of the server is. What waits for a thread is at most one write for
	 * each stream.
	 */
	@Bean(defaultCandidate = false, destroyMethod = "shutdownNow")
	ExecutorService sseBlockingWriteExecutor() {
		AtomicInteger number = new AtomicInteger();
		ThreadPoolExecutor executor = new ThreadPoolExecutor(BLOCKING_WRITE_THREADS, BLOCKING_WRITE_THREADS, 1,
				TimeUnit.MINUTES, new LinkedBlockingQueue<>(), (task) -> {
					Thread thread = new Thread(task, "sse-blocking-write-" + number.incrementAndGet());
					thread.setDaemon(true);
					return thread;
				});
		executor.allowCoreThreadTimeOut(true);
		return executor;
	}

	@Bean
	ConnectionReturnValueHandler sseConnectionReturnValueHandler(ProblemWriter problems,
			@Qualifier("sseBlockingWriteExecutor") ExecutorService executor) {
		return new ConnectionReturnValueHandler(executor, problems);
	}

	@Bean
	ReturnValueHandlerRegistration sseReturnValueHandlerRegistration(ConnectionReturnValueHandler handler,
			ListableBeanFactory beans) {
		return new ReturnValueHandlerRegistration(handler, beans);
	}

	/**
	 * A filter of its own before all others that look at CORS: they leave a response
	 * alone that has the header already. Rules of Spring MVC or of a filter chain would
	 * give way to a configuration of the application that does not know these paths.
	 */
	@Bean
	@Conditional(OnAllowedOriginsCondition.class)
	FilterRegistrationBean<CorsFilter> sseCorsFilter(SseProperties properties, EndpointPaths paths,
			ProblemWriter problems) {
		CorsConfiguration configuration = corsConfiguration(properties.getCors());
		CorsFilter filter = new CorsFilter((request) -> configuration);
		filter.setCorsProcessor(new ProblemCorsProcessor(problems));
		FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(filter);
		registration.setName("sseCorsFilter");
		registration.addUrlPatterns(paths.servletPrefix() + paths.path() + "/*");
		registration.setOrder(CORS_FILTER_ORDER);
		return registration;
	}

	private static CorsConfiguration corsConfiguration(SseProperties.Cors cors) {
		CorsConfiguration configuration = new CorsConfiguration();
		configuration.setAllowedOrigins(cors.getAllowedOrigins());
		configuration.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "DELETE"));
		configuration.setAllowedHeaders(List.of(CorsConfiguration.ALL));
		configuration.setExposedHeaders(List.of(ConnectionReturnValueHandler.CLIENT_ID_HEADER, "Retry-After"));
		configuration.setAllowCredentials(cors.isAllowCredentials());
		configuration.setMaxAge(cors.getMaxAge());
		return configuration;
	}

	@Bean
	HttpSessionIdListener sseSessionIdListener(SseHub hub) {
		return new SessionIdListener(hub);
	}

	@Bean
	MappingPathCheck sseMappingPathCheck(EndpointPaths paths, ListableBeanFactory beans) {
		return new MappingPathCheck(paths, beans);
	}

	@Bean
	ServletPathCheck sseServletPathCheck(EndpointPaths paths, ServletContext servletContext) {
		return new ServletPathCheck(paths, servletContext);
	}

	@Bean
	@ConditionalOnMissingBean
	SubscribeAuthorizer sseSubscribeAuthorizer() {
		return (principal, topic) -> true;
	}

	/**
	 * Asks the factory for the authorizer: it prefers one of this context to one of a
	 * parent, where a parameter would be given neither.
	 */
	@Bean
	ConnectController sseConnectController(SseConnections connections, BeanFactory beans) {
		return new ConnectController(connections, beans.getBean(SubscribeAuthorizer.class));
	}

	@Bean
	ConnectionController sseConnectionController(SseCluster cluster, BeanFactory beans, SseProperties properties) {
		return new ConnectionController(cluster, beans.getBean(SubscribeAuthorizer.class),
				properties.getSecurity().getAdminRole(), properties.getTopics().getMaxPerConnection());
	}

	/**
	 * Says why the endpoints of administrators are not there.
	 */
	@Bean
	SmartInitializingSingleton sseAdminCheck(SseProperties properties, ListableBeanFactory beans) {
		return () -> {
			if (beans.getBeanNamesForType(AdminController.class).length == 0) {
				logger.warn(
						"Without Spring Security anybody may connect below %s, and nobody may publish or list there (sse.security.expose-admin-without-authentication)"
							.formatted(properties.getPath()));
			}
		};
	}

	/**
	 * The endpoints of administrators, only when something asks who calls.
	 */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnAdminAllowedCondition.class)
	static class AdminConfiguration {

		@Bean
		AdminController sseAdminController(SseCluster cluster) {
			return new AdminController(cluster);
		}

		@Bean
		PublishController ssePublishController(SsePublisher publisher, SseCluster cluster, SseProperties properties) {
			return new PublishController(publisher, cluster,
					new PublishRequestReader((int) properties.getMaxEventSize().toBytes()));
		}

	}

	/**
	 * Met when the application lists origins. Otherwise its own rules hold.
	 */
	static class OnAllowedOriginsCondition extends OnPropertyListCondition {

		OnAllowedOriginsCondition() {
			super("sse.cors.allowed-origins", () -> ConditionMessage.forCondition("CORS"));
		}

	}

	/**
	 * Met when Spring Security protects the endpoints, or the application says that
	 * nothing has to.
	 */
	static class OnAdminAllowedCondition extends AnyNestedCondition {

		OnAdminAllowedCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(name = "sseSecurityFilterChain")
		@Conditional(OnSecurityFilterCondition.class)
		static class Secured {

		}

		@ConditionalOnBooleanProperty(name = "sse.security.expose-admin-without-authentication")
		static class Exposed {

		}

	}

	/**
	 * Met when the server of this very context has the filter of Spring Security. A child
	 * context sees the chains of its parent, but has a server of its own.
	 */
	static class OnSecurityFilterCondition extends AnyNestedCondition {

		OnSecurityFilterCondition() {
			super(ConfigurationPhase.REGISTER_BEAN);
		}

		@ConditionalOnBean(name = "springSecurityFilterChain", search = SearchStrategy.CURRENT)
		static class Own {

		}

		@ConditionalOnBean(name = "securityFilterChainRegistration", search = SearchStrategy.CURRENT)
		static class OfParent {

		}

	}

}
