package io.github.ssehub.internal.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.ssehub.DropReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Calls the application's listeners and the callbacks of its emitters, away from the
 * delivery loops. Each listener has a queue and a thread of its own, so it is called in
 * order and waits for no other. The callbacks of emitters share a few threads.
 */
final class ListenerNotifier {

	private static final Log logger = LogFactory.getLog(ListenerNotifier.class);

	/** As many connections may have slow callbacks before those of others wait. */
	static final int CALLBACK_THREADS = 8;

	private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

	private final Supplier<List<SseConnectionListener>> source;

	private final CallbackQueue callbacks = new CallbackQueue("A callback of an emitter", "sse-callback",
			CALLBACK_THREADS, System::nanoTime);

	private volatile List<Recipient> recipients = List.of();

	/**
	 * Creates the notifier.
	 * @param listeners gives the listeners, asked when the hub starts: a listener that
	 * publishes needs the hub first
	 */
	ListenerNotifier(Supplier<List<SseConnectionListener>> listeners) {
		this.source = listeners;
	}

	/**
	 * Asks for the listeners. Called before there are connections and away from the
	 * loops, because that may create them. A hub that starts again has them already.
	 */
	void start() {
		if (this.recipients.isEmpty()) {
			List<Recipient> recipients = new ArrayList<>();
			for (SseConnectionListener listener : this.source.get()) {
				recipients.add(new Recipient(listener, recipients.size()));
			}
			this.recipients = List.copyOf(recipients);
		}
	}

	void notifyListeners(Consumer<SseConnectionListener> call) {
		this.recipients.forEach((recipient) -> recipient.notify(call));
	}

	/**
	 * Tells of dropped events, each listener together with those that it has not been
	 * told of yet: a connection may drop thousands while a listener takes its time.
	 */
	void notifyDropped(SseConnection connection, UntoldDrops drops, DropReason reason, int count) {
		List<Recipient> recipients = this.recipients;
		for (Recipient recipient : recipients) {
			if (drops.add(recipient.index(), recipients.size(), reason, count)) {
				recipient.notifyDropped(connection, drops, reason);
			}
		}
	}

	/**
	 * Calls the callbacks of an emitter on a thread of their own.
	 */
	void execute(Runnable callbacks) {
		this.callbacks.execute(callbacks);
	}

	/**
	 * Runs one callback of several, so that what it throws keeps no other from running.
	 */
	void runSafely(Runnable callback) {
		this.callbacks.runSafely(callback);
	}

	/**
	 * How many calls wait, over all listeners and emitters.
	 */
	int waiting() {
		int waiting = this.callbacks.waiting();
		for (Recipient recipient : this.recipients) {
			waiting += recipient.queue().waiting();
		}
		return waiting;
	}

	/**
	 * How many calls wait for the one that is furthest behind.
	 */
	int backlog() {
		int backlog = this.callbacks.waiting();
		for (Recipient recipient : this.recipients) {
			backlog = Math.max(backlog, recipient.queue().waiting());
		}
		return backlog;
	}

	/**
	 * Waits for the calls that are there, for a few seconds at most.
	 */
	void close() {
		List<CallbackQueue> queues = new ArrayList<>(this.recipients.stream().map(Recipient::queue).toList());
		queues.add(this.callbacks);
		queues.forEach(CallbackQueue::close);
		long deadline = System.nanoTime() + CLOSE_NANOS;
		int lost = queues.stream().mapToInt((queue) -> queue.awaitEnd(deadline)).sum();
		if (lost > 0) {
			logger.warn(("%d calls of connection listeners and emitter callbacks were not made: "
					+ "those before them had not returned %d s after the hub was closed")
				.formatted(lost, TimeUnit.NANOSECONDS.toSeconds(CLOSE_NANOS)));
		}
	}

	/**
	 * A listener and what it is still to be told.
	 */
	private record Recipient(SseConnectionListener listener, int index, CallbackQueue queue) {

		Recipient(SseConnectionListener listener, int index) {
			this(listener, index,
					new CallbackQueue("The connection listener '%s'".formatted(listener.getClass().getName()),
							"sse-listener-" + (index + 1), 1, System::nanoTime));
		}

		void notify(Consumer<SseConnectionListener> call) {
			this.queue.execute(() -> call.accept(this.listener));
		}

		void notifyDropped(SseConnection connection, UntoldDrops drops, DropReason reason) {
			this.queue.execute(() -> {
				long untold = drops.take(this.index, reason);
				while (untold > 0) {
					int told = (int) Math.min(untold, Integer.MAX_VALUE);
					untold -= told;
					this.queue.runSafely(() -> this.listener.onDropped(connection, reason, told));
				}
			});
		}

	}

}
