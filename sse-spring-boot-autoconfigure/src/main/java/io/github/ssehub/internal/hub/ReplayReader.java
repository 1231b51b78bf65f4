package io.github.ssehub.internal.hub;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.ssehub.internal.delivery.DeliveryLoop;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log for connections that resume, a few entries at a time, as fast as each
 * client takes them. What is not read yet waits in the log and not in a queue.
 */
final class ReplayReader {

	private static final int ENTRIES_PER_READ = 64;

	private final HubContext hub;

	private final DeliveryLoop<LogEntry> loop;

	/** For a log that has to wait for something, which a loop must not. */
	private @Nullable ExecutorService executor;

	ReplayReader(HubContext hub, DeliveryLoop<LogEntry> loop) {
		this.hub = hub;
		this.loop = loop;
	}

	void open() {
		if (!this.hub.log().readsFromMemory()) {
			this.executor = Executors.newSingleThreadExecutor((task) -> {
				Thread thread = new Thread(task, this.loop.name().replace("delivery", "replay"));
				thread.setDaemon(true);
				return thread;
			});
		}
	}

	void read(HubConnection connection, Position from, Position upTo) {
		if (this.executor == null) {
			readHere(connection, from, upTo);
			return;
		}
		connection.awaitReplay();
		this.executor.execute(() -> readElsewhere(connection, from, upTo));
	}

	private void readHere(HubConnection connection, Position from, Position upTo) {
		EventLog log = this.hub.log();
		try {
			Replay replay = log.read(from, upTo, ENTRIES_PER_READ);
			// The next entries may all be for others: go on until one is not, or the end.
			while (!connection.replay(replay, upTo)) {
				replay = log.read(connection.replayPosition(), upTo, ENTRIES_PER_READ);
			}
		}
		catch (RuntimeException ex) {
			connection.replayFailed(ex);
		}
	}

	private void readElsewhere(HubConnection connection, Position from, Position upTo) {
		try {
			Replay replay = this.hub.log().read(from, upTo, ENTRIES_PER_READ);
			this.loop.execute(() -> {
				if (!connection.replay(replay, upTo)) {
					connection.advanceReplay();
				}
			});
		}
		catch (RuntimeException ex) {
			this.loop.execute(() -> connection.replayFailed(ex));
		}
	}

	void close() {
		if (this.executor != null) {
			this.executor.shutdownNow();
		}
	}

}
