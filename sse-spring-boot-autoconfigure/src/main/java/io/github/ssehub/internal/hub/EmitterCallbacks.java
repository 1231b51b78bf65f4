package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks an application registered on an emitter. One that is registered after the
 * end is not called, as with the framework's own emitter.
 */
final class EmitterCallbacks {

	private @Nullable List<Runnable> timeout;

	private @Nullable List<Consumer<Throwable>> error;

	private @Nullable List<Runnable> completion;

	private @Nullable Throwable failure;

	synchronized void onTimeout(Runnable callback) {
		this.timeout = add(this.timeout, callback);
	}

	synchronized void onError(Consumer<Throwable> callback) {
		this.error = add(this.error, callback);
	}

	synchronized void onCompletion(Runnable callback) {
		this.completion = add(this.completion, callback);
	}

	private static <T> List<T> add(@Nullable List<T> callbacks, T callback) {
		List<T> result = (callbacks != null) ? callbacks : new ArrayList<>(1);
		result.add(callback);
		return result;
	}

	synchronized void failed(@Nullable Throwable failure) {
		this.failure = failure;
	}

	synchronized void run(CloseReason reason, ListenerNotifier notifier) {
		Throwable failure = this.failure;
		if (reason == CloseReason.CLIENT_TIMEOUT || reason == CloseReason.MAX_LIFETIME) {
			run(this.timeout, notifier);
		}
		if (failure != null && this.error != null) {
			this.error.forEach((callback) -> notifier.execute(() -> callback.accept(failure)));
		}
		run(this.completion, notifier);
	}

	private static void run(@Nullable List<Runnable> callbacks, ListenerNotifier notifier) {
		if (callbacks != null) {
			callbacks.forEach(notifier::execute);
		}
	}

}
