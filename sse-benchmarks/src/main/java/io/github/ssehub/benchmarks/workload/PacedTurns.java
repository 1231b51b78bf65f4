package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.Map;

import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;
import org.HdrHistogram.Histogram;

/**
 * The turns of a server that sends events at a fixed rate.
 */
final class PacedTurns implements TurnWorkload.Turns {

	/**
	 * Sent before each turn: the first events find nothing of this server in the
	 * processors' caches.
	 */
	private static final int FIRST_EVENTS = 10;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final PacedWorkload workload;

	private final RunningServer server;

	private final LoadClient client;

	/** What had gone wrong by the end of the last turn. */
	private long failures;

	PacedTurns(PacedWorkload workload, RunningServer server) {
		this.workload = workload;
		this.server = server;
		this.client = new LoadClient(server.port());
		try {
			this.client.connect(workload.connections(),
					(number) -> server.path(workload.kind(), number, number % workload.targets()));
			// Or the first collection would move what the connections hold while it is
			// measured.
			server.heap();
			publish(workload.warmUpPerSecond(), workload.warmUpPerSecond() * (long) PacedWorkload.WARM_UP_SECONDS);
			this.client.pause();
		}
		catch (RuntimeException ex) {
			this.client.close();
			throw ex;
		}
	}

	@Override
	public Map<String, Double> take() {
		this.client.goOn();
		publish(this.workload.perSecond(), FIRST_EVENTS);
		this.client.reset();
		this.server.takeCalls();
		Duration before = this.server.cpu();
		long deliveries = publish(this.workload.perSecond(),
				this.workload.perSecond() * (long) this.workload.seconds());
		Duration after = this.server.cpu();
		Histogram latency = this.client.takeLatency();
		long failuresBefore = this.failures;
		this.failures = this.client.statistics().failures();
		this.client.pause();
		return new Figures().cpu(before, after, deliveries)
			.latency(latency)
			.calls(this.server.takeCalls())
			.add("problems", this.failures - failuresBefore)
			.values();
	}

	private long publish(int perSecond, long events) {
		long deliveries = events * (this.workload.connections() / this.workload.targets());
		long delivered = this.client.statistics().delivered();
		this.server.publish(new PublishOrder(this.workload.kind(), this.workload.targets(), events, perSecond,
				PacedWorkload.EVENT_BYTES));
		this.client.awaitDelivered(delivered + deliveries, PATIENCE);
		return deliveries;
	}

	@Override
	public void close() {
		this.client.close();
	}

}
