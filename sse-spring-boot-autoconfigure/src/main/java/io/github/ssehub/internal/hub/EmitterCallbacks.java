package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks an application registered on an emitter. One that is registered after the
 * end is called at once: whoever cleans up by it must not come too late.
 */
final class EmitterCallbacks {

	private @Nullable List<Runnable> timeout;

	private @Nullable List<Consumer<Throwable>> error;

	private @Nullable List<Runnable> completion;

	private @Nullable List<Runnable> writable;

	private @Nullable Throwable failure;

	private boolean timedOut;

	private boolean ended;

	void onTimeout(Runnable callback, ListenerNotifier notifier) {
		boolean now;
		synchronized (this) {
			this.timeout = this.ended ? null : add(this.timeout, callback);
			now = this.ended && this.timedOut;
		}
		if (now) {
			notifier.execute(callback);
		}
	}

	void onError(Consumer<Throwable> callback, ListenerNotifier notifier) {
		Throwable now;
		synchronized (this) {
			this.error = this.ended ? null : add(this.error, callback);
			now = this.ended ? this.failure : null;
		}
		if (now != null) {
			notifier.execute(() -> callback.accept(now));
		}
	}

	void onCompletion(Runnable callback, ListenerNotifier notifier) {
		boolean now;
		synchronized (this) {
			this.completion = this.ended ? null : add(this.completion, callback);
			now = this.ended;
		}
		if (now) {
			notifier.execute(callback);
		}
	}

	synchronized void onWritable(Runnable callback) {
		this.writable = this.ended ? null : add(this.writable, callback);
	}

	private static <T> List<T> add(@Nullable List<T> callbacks, T callback) {
		List<T> result = (callbacks != null) ? callbacks : new ArrayList<>(1);
		result.add(callback);
		return result;
	}

	/**
	 * Notes why the connection failed, if it did.
	 */
	synchronized void failed(@Nullable Throwable failure) {
		this.failure = failure;
	}

	synchronized boolean hasWritable() {
		return this.writable != null;
	}

	synchronized void writable(ListenerNotifier notifier) {
		if (this.writable != null) {
			notifier.execute(List.copyOf(this.writable));
		}
	}

	/**
	 * Has the callbacks called that the end is for, one after the other.
	 * @param reason why the connection ended, or {@code null} if it was never opened
	 */
	synchronized void run(@Nullable CloseReason reason, ListenerNotifier notifier) {
		this.ended = true;
		this.timedOut = reason == CloseReason.CLIENT_TIMEOUT || reason == CloseReason.MAX_LIFETIME;
		List<Runnable> due = new ArrayList<>();
		if (this.timedOut && this.timeout != null) {
			due.addAll(this.timeout);
		}
		Throwable failure = this.failure;
		if (failure != null && this.error != null) {
			this.error.forEach((callback) -> due.add(() -> callback.accept(failure)));
		}
		if (this.completion != null) {
			due.addAll(this.completion);
		}
		if (!due.isEmpty()) {
			notifier.execute(due);
		}
		this.timeout = null;
		this.error = null;
		this.completion = null;
		this.writable = null;
	}

}
