package io.github.ssehub.sample.progress;

import java.security.Principal;

import io.github.ssehub.SseConnections;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskRejectedException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Starts a task and shows its progress.
 */
@RestController
@RequestMapping("/tasks")
class TaskController {

	private final TaskRunner tasks;

	private final SseConnections connections;

	TaskController(TaskRunner tasks, SseConnections connections) {
		this.tasks = tasks;
		this.connections = connections;
	}

	/**
	 * Starts a task. The answer has the position to connect with: whatever the task
	 * publishes before the client is there is replayed.
	 */
	@PostMapping
	@ResponseStatus(HttpStatus.ACCEPTED)
	TaskStarted start(Principal principal) {
		try {
			Task task = this.tasks.start(principal.getName());
			return new TaskStarted(task.id(), task.position());
		}
		catch (TaskRejectedException ex) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					"As many tasks are running as may run at once: try again when one is done", ex);
		}
	}

	@GetMapping("/{id}/events")
	SseEmitter events(@PathVariable String id, Principal principal) {
		Task task = this.tasks.find(id);
		if (task == null || !task.owner().equals(principal.getName())) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND, "You have no task '%s'".formatted(id));
		}
		return this.connections.open().topic(task.topic()).build();
	}

	/**
	 * What a client needs to follow a task.
	 */
	record TaskStarted(String taskId, @Nullable String position) {
	}

}
