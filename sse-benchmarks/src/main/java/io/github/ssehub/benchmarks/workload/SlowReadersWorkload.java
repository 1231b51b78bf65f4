package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;
import org.HdrHistogram.Histogram;

/**
 * Some clients stop reading, or read a byte a second, while megabytes go out to each. The
 * others must not notice: the same load is measured before.
 *
 * @param name the name
 * @param connections how many clients there are
 * @param slow how many of them read slowly
 * @param trickle whether those read a byte a second, or nothing
 * @param eventBytes the size of an event
 * @param events how many events
 * @param perSecond how many each second
 */
record SlowReadersWorkload(String name, int connections, int slow, boolean trickle, int eventBytes, int events,
		int perSecond) implements Workload {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Override
	public String description() {
		return "%d connections, %d of them %s while %d MB go out to each".formatted(this.connections, this.slow,
				this.trickle ? "read a byte a second" : "stop reading",
				(long) this.eventBytes * this.events / 1_000_000);
	}

	@Override
	public List<Rival> rivals() {
		return List.of(Rival.STARTER_TOMCAT, Rival.STARTER_JETTY, Rival.EMITTER);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		int healthy = this.connections - this.slow;
		try (LoadClient client = new LoadClient(server.port())) {
			client.connect(this.connections, (number) -> server.path(PublishOrder.Kind.BROADCAST, number, 0), healthy);
			publish(server, client, this.connections);
			client.reset();
			publish(server, client, this.connections);
			Histogram without = client.latency();
			client.stall(this.slow);
			client.reset();
			server.takeCalls();
			long heapBefore = server.heap().orElse(0);
			publish(server, client, healthy);
			Histogram with = client.latency();
			long heapAfter = server.heap().orElse(0);
			return new Figures().add("p99 ms without", without.getValueAtPercentile(99) / 1e6)
				.add("p99 ms with", with.getValueAtPercentile(99) / 1e6)
				.add("max ms with", with.getMaxValue() / 1e6)
				.calls(server.takeCalls())
				.add("heap growth MB", (heapAfter - heapBefore) / 1e6)
				.add("problems", client.statistics().failures())
				.values();
		}
	}

	private void publish(RunningServer server, LoadClient client, int readers) {
		long delivered = client.statistics().delivered();
		CompletableFuture<?> published = CompletableFuture.runAsync(() -> server
			.publish(new PublishOrder(PublishOrder.Kind.BROADCAST, 1, this.events, this.perSecond, this.eventBytes)));
		while (!published.isDone()) {
			if (this.trickle && readers < this.connections) {
				client.trickle(this.slow);
			}
			try {
				published.get(1, TimeUnit.SECONDS);
			}
			catch (TimeoutException ex) {
				// Time for the next byte.
			}
			catch (InterruptedException | ExecutionException ex) {
				throw new IllegalStateException(ex);
			}
		}
		client.awaitDelivered(delivered + (long) this.events * readers, PATIENCE);
	}

}
