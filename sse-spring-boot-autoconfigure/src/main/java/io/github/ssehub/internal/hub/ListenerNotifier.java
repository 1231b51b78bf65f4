package io.github.ssehub.internal.hub;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.github.ssehub.DropReason;
import io.github.ssehub.SseConnection;
import io.github.ssehub.SseConnectionListener;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Calls the application's listeners, away from the delivery loops and in order.
 */
final class ListenerNotifier {

	private static final Log logger = LogFactory.getLog(ListenerNotifier.class);

	private final Supplier<List<SseConnectionListener>> source;

	private volatile List<SseConnectionListener> listeners = List.of();

	private final ExecutorService executor;

	/**
	 * Creates the notifier.
	 * @param listeners gives the listeners, asked when the hub starts: a listener that
	 * publishes needs the hub first
	 */
	ListenerNotifier(Supplier<List<SseConnectionListener>> listeners) {
		this.source = listeners;
		this.executor = Executors.newSingleThreadExecutor((task) -> {
			Thread thread = new Thread(task, "sse-listener");
			thread.setDaemon(true);
			return thread;
		});
	}

	/**
	 * Asks for the listeners. Called before there are connections and away from the
	 * loops, because that may create them.
	 */
	void start() {
		this.listeners = List.copyOf(this.source.get());
	}

	void notifyListeners(Consumer<SseConnectionListener> call) {
		List<SseConnectionListener> listeners = this.listeners;
		if (!listeners.isEmpty()) {
			execute(() -> tell(listeners, call));
		}
	}

	/**
	 * Tells of dropped events, together with those that nobody has been told of yet: a
	 * connection may drop thousands while a listener takes its time.
	 */
	void notifyDropped(SseConnection connection, UntoldDrops drops, DropReason reason, int count) {
		List<SseConnectionListener> listeners = this.listeners;
		if (!listeners.isEmpty() && drops.add(reason, count)) {
			execute(() -> {
				long untold = drops.take(reason);
				while (untold > 0) {
					int told = (int) Math.min(untold, Integer.MAX_VALUE);
					untold -= told;
					tell(listeners, (listener) -> listener.onDropped(connection, reason, told));
				}
			});
		}
	}

	private static void tell(List<SseConnectionListener> listeners, Consumer<SseConnectionListener> call) {
		listeners.forEach((listener) -> run(() -> call.accept(listener)));
	}

	void execute(Runnable callback) {
		try {
			this.executor.execute(() -> run(callback));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("A callback came after the end and was not run", ex);
		}
	}

	private static void run(Runnable callback) {
		try {
			callback.run();
		}
		catch (RuntimeException | Error ex) {
			logger.error("A connection listener failed", ex);
		}
	}

	void close() {
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(2, TimeUnit.SECONDS)) {
				this.executor.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.executor.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
