package io.github.ssehub.sample.progress;

import io.github.ssehub.security.SubscribeAuthorizer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

/**
 * Limits the tasks and keeps them to their owners.
 */
@Configuration(proxyBeanMethods = false)
class ProgressConfiguration {

	private static final int RUNNING_TASKS = 4;

	/**
	 * Has no queue: a task that cannot start at once is refused. Not a default candidate,
	 * so that the application keeps Spring Boot's executor for everything else.
	 */
	@Bean(defaultCandidate = false)
	ThreadPoolTaskExecutor progressTaskExecutor() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setThreadNamePrefix("task-");
		executor.setCorePoolSize(RUNNING_TASKS);
		executor.setMaxPoolSize(RUNNING_TASKS);
		executor.setQueueCapacity(0);
		executor.setAllowCoreThreadTimeOut(true);
		return executor;
	}

	/**
	 * A task is followed through {@link TaskController}, which knows whose it is, and not
	 * by its topic.
	 */
	@Bean
	SubscribeAuthorizer subscribeAuthorizer() {
		return (principal, topic) -> !topic.name().startsWith(Task.topic(""));
	}

}
