package io.github.ssehub.sample.progress;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

import io.github.ssehub.Published;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.task.TaskExecutor;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.stereotype.Component;

/**
 * Runs tasks and publishes how far they are.
 */
@Component
class TaskRunner {

	private static final int REMEMBERED_TASKS = 100;

	private final SsePublisher publisher;

	private final TaskExecutor executor;

	private final Duration stepTime;

	private final Map<String, Task> tasks = Collections.synchronizedMap(new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Task> eldest) {
			return size() > REMEMBERED_TASKS;
		}

	});

	TaskRunner(SsePublisher publisher, @Qualifier("progressTaskExecutor") TaskExecutor executor,
			@Value("${sample.task-step-time:400ms}") Duration stepTime) {
		this.publisher = publisher;
		this.executor = executor;
		this.stepTime = stepTime;
	}

	/**
	 * Starts a task.
	 * @param owner who wants it
	 * @return the task
	 * @throws TaskRejectedException if too many are running
	 */
	Task start(String owner) {
		String id = UUID.randomUUID().toString();
		Published first = publish("progress", new TaskProgress(id, 0, "Waiting"));
		Task task = new Task(id, owner, first.position());
		this.executor.execute(() -> run(id));
		this.tasks.put(id, task);
		return task;
	}

	@Nullable Task find(String id) {
		return this.tasks.get(id);
	}

	private void run(String id) {
		try {
			for (int percent = 10; percent <= 100; percent += 10) {
				work();
				publish("progress", new TaskProgress(id, percent, "Step %d of 10".formatted(percent / 10)));
			}
			publish("complete", new TaskProgress(id, 100, "Done"));
		}
		catch (InterruptedException ex) {
			// The application is stopping, and its streams are closed by now.
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Stands for what takes long.
	 */
	private void work() throws InterruptedException {
		Thread.sleep(this.stepTime.toMillis());
	}

	private Published publish(String name, TaskProgress progress) {
		return this.publisher.toTopic(Task.topic(progress.taskId()), SseEvent.of(name, progress));
	}

	/**
	 * How far a task is.
	 *
	 * @param taskId its id
	 * @param progress 0 to 100
	 * @param message what it is doing
	 */
	record TaskProgress(String taskId, int progress, String message) {
	}

}
