package io.github.ssehub.internal.hub;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.github.ssehub.ConnectionState;
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

	/** For what the log has to wait for, which a loop must not. */
	private @Nullable ExecutorService executor;

	ReplayReader(HubContext hub, DeliveryLoop<LogEntry> loop) {
		this.hub = hub;
		this.loop = loop;
	}

	void read(HubConnection connection, Position upTo) {
		try {
			Position from = connection.replayPosition();
			Replay replay = this.hub.log().readNow(from, upTo, ENTRIES_PER_READ);
			// The next entries may all be for others: go on until one is not, or the end.
			while (replay != null && !connection.replay(replay)) {
				from = connection.replayPosition();
				replay = this.hub.log().readNow(from, upTo, ENTRIES_PER_READ);
			}
			if (replay == null) {
				readElsewhere(connection, from, upTo);
			}
		}
		catch (RuntimeException | Error ex) {
			connection.replayFailed(ex);
		}
	}

	private void readElsewhere(HubConnection connection, Position from, Position upTo) {
		connection.awaitReplay();
		executor().execute(() -> {
			if (connection.getState() != ConnectionState.REPLAYING) {
				return;
			}
			try {
				Replay replay = this.hub.log().read(from, upTo, ENTRIES_PER_READ);
				this.loop.execute(() -> takeReplay(connection, replay));
			}
			catch (RuntimeException | Error ex) {
				this.loop.execute(() -> connection.replayFailed(ex));
			}
		});
	}

	private static void takeReplay(HubConnection connection, Replay replay) {
		try {
			if (!connection.replay(replay)) {
				connection.advanceReplay();
			}
		}
		catch (RuntimeException | Error ex) {
			connection.replayFailed(ex);
		}
	}

	private ExecutorService executor() {
		if (this.executor == null) {
			this.executor = Executors.newSingleThreadExecutor((task) -> {
				Thread thread = new Thread(task, this.loop.name().replace("delivery", "replay"));
				thread.setDaemon(true);
				return thread;
			});
		}
		return this.executor;
	}

	/**
	 * Stops reading. Called when the loop has ended.
	 */
	void close() {
		if (this.executor != null) {
			this.executor.shutdownNow();
			this.executor = null;
		}
	}

}
