package io.github.ssehub.internal.hub;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import org.jspecify.annotations.Nullable;

/**
 * The callbacks an application registered on an emitter. They are called one after the
 * other, whatever thread calls them. One that is registered after the end is called at
 * once: whoever cleans up by it must not come too late.
 */
final class EmitterCallbacks {

	private @Nullable List<Runnable> timeout;

	private @Nullable List<Consumer<Throwable>> error;

	private @Nullable List<Runnable> completion;

	private @Nullable List<Runnable> writable;

	/** Whether {@link #writable} wait for their call. */
	private boolean writableDue;

	private @Nullable Throwable failure;

	private boolean timedOut;

	private boolean ended;

	/** What is to be called next, while a thread calls. */
	private @Nullable Queue<Runnable> due;

	void onTimeout(Runnable callback, ListenerNotifier notifier) {
		synchronized (this) {
			if (!this.ended) {
				this.timeout = add(this.timeout, callback);
				return;
			}
			if (!this.timedOut) {
				return;
			}
		}
		call(List.of(callback), notifier);
	}

	void onError(Consumer<Throwable> callback, ListenerNotifier notifier) {
		Throwable failure;
		synchronized (this) {
			if (!this.ended) {
				this.error = add(this.error, callback);
				return;
			}
			failure = this.failure;
		}
		if (failure != null) {
			call(List.of(() -> callback.accept(failure)), notifier);
		}
	}

	void onCompletion(Runnable callback, ListenerNotifier notifier) {
		synchronized (this) {
			if (!this.ended) {
				this.completion = add(this.completion, callback);
				return;
			}
		}
		call(List.of(callback), notifier);
	}

	synchronized void onWritable(Runnable callback) {
		if (!this.ended) {
			this.writable = add(this.writable, callback);
		}
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

	/**
	 * Has those called that wait for room, once however often this is asked for before
	 * they begin.
	 */
	void writable(ListenerNotifier notifier) {
		synchronized (this) {
			if (this.writable == null || this.writableDue) {
				return;
			}
			this.writableDue = true;
		}
		call(List.of(() -> writableNow().forEach(notifier::runSafely)), notifier);
	}

	private synchronized List<Runnable> writableNow() {
		this.writableDue = false;
		return (this.writable != null) ? List.copyOf(this.writable) : List.of();
	}

	/**
	 * Has the callbacks called that the end is for.
	 * @param reason why the connection ended, or {@code null} if it was never opened
	 */
	void run(@Nullable CloseReason reason, ListenerNotifier notifier) {
		List<Runnable> calls = new ArrayList<>();
		synchronized (this) {
			this.ended = true;
			this.timedOut = reason == CloseReason.CLIENT_TIMEOUT || reason == CloseReason.MAX_LIFETIME;
			if (this.timedOut && this.timeout != null) {
				calls.addAll(this.timeout);
			}
			Throwable failure = this.failure;
			if (failure != null && this.error != null) {
				this.error.forEach((callback) -> calls.add(() -> callback.accept(failure)));
			}
			if (this.completion != null) {
				calls.addAll(this.completion);
			}
			this.timeout = null;
			this.error = null;
			this.completion = null;
			this.writable = null;
		}
		if (!calls.isEmpty()) {
			call(calls, notifier);
		}
	}

	private void call(List<Runnable> calls, ListenerNotifier notifier) {
		synchronized (this) {
			if (this.due != null) {
				this.due.addAll(calls);
				return;
			}
			this.due = new ArrayDeque<>(calls);
		}
		notifier.execute(() -> callAll(notifier));
	}

	private void callAll(ListenerNotifier notifier) {
		Runnable next = nextCall();
		while (next != null) {
			notifier.runSafely(next);
			next = nextCall();
		}
	}

	private synchronized @Nullable Runnable nextCall() {
		Runnable next = (this.due != null) ? this.due.poll() : null;
		if (next == null) {
			this.due = null;
		}
		return next;
	}

}
