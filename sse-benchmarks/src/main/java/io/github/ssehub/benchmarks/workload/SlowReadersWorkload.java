package io.github.ssehub.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.ssehub.benchmarks.client.Group;
import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;
import org.HdrHistogram.Histogram;

/**
 * Some clients stop reading while megabytes go out to each. The others must not notice:
 * the same load is measured before.
 *
 * @param name the name
 * @param connections how many clients there are
 * @param slow how many of them become slow
 * @param slowness in which way
 * @param eventBytes the size of an event
 * @param events how many events
 * @param perSecond how many each second
 */
record SlowReadersWorkload(String name, int connections, int slow, Slowness slowness, int eventBytes, int events,
		int perSecond) implements Workload {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	/**
	 * How a client becomes slow.
	 */
	enum Slowness {

		/** It reads nothing. */
		STALLED("stop reading"),

		/** It reads a byte a second. */
		TRICKLE("read a byte a second"),

		/** Its network is gone: nothing it sends or should get arrives. Needs root. */
		VANISHED("vanish from the network");

		private final String text;

		Slowness(String text) {
			this.text = text;
		}

	}

	@Override
	public String description() {
		return "%d connections, %d of them %s while %d MB go out to each".formatted(this.connections, this.slow,
				this.slowness.text, (long) this.eventBytes * this.events / 1_000_000);
	}

	@Override
	public List<Rival> rivals() {
		return List.of(Rival.STARTER_TOMCAT, Rival.STARTER_JETTY, Rival.EMITTER);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		int healthy = this.connections - this.slow;
		try (LoadClient client = new LoadClient(server.port())) {
			client.connect(healthy, (number) -> server.path(PublishOrder.Kind.BROADCAST, number, 0));
			client.connect(Group.SLOW, this.slow,
					(number) -> server.path(PublishOrder.Kind.BROADCAST, healthy + number, 0));
			publish(server, client, false);
			// As before the part with slow ones: a collection changes what follows it.
			server.heap();
			client.reset();
			publish(server, client, false);
			Histogram without = client.latency();
			client.reset();
			server.takeCalls();
			long heapBefore = server.heap().orElse(0);
			becomeSlow(client);
			try {
				publish(server, client, true);
			}
			finally {
				recover();
			}
			Histogram with = client.latency();
			long heapAfter = server.heap().orElse(0);
			Map<String, Long> description = server.describe();
			Figures figures = new Figures().add("p99 ms without", without.getValueAtPercentile(99) / 1e6)
				.add("p99 ms with", with.getValueAtPercentile(99) / 1e6)
				.add("max ms with", with.getMaxValue() / 1e6)
				.calls(server.takeCalls())
				.add("heap growth MB", (heapAfter - heapBefore) / 1e6);
			description.forEach((name, value) -> {
				if (List.of("open", "slow-consumer").contains(name)) {
					figures.add(name, value);
				}
			});
			return figures.add("problems", client.statistics().failures()).values();
		}
	}

	private void becomeSlow(LoadClient client) {
		client.stall();
		if (this.slowness == Slowness.VANISHED) {
			route("add");
		}
	}

	private void recover() {
		if (this.slowness == Slowness.VANISHED) {
			route("delete");
		}
	}

	/** What is sent to the slow clients' address is dropped without a word. */
	private static void route(String action) {
		try {
			Process process = new ProcessBuilder("ip", "route", action, "blackhole", LoadClient.SLOW_ADDRESS + "/32",
					"table", "local")
				.inheritIO()
				.start();
			if (process.waitFor() != 0) {
				throw new IllegalStateException("Cannot %s a route: this needs root and iproute2".formatted(action));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("This needs iproute2", ex);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void publish(RunningServer server, LoadClient client, boolean slow) {
		long delivered = client.statistics().delivered();
		CompletableFuture<?> published = CompletableFuture.runAsync(() -> server
			.publish(new PublishOrder(PublishOrder.Kind.BROADCAST, 1, this.events, this.perSecond, this.eventBytes)));
		while (!published.isDone()) {
			if (slow && this.slowness == Slowness.TRICKLE) {
				client.trickle();
			}
			waitASecond(published);
		}
		client.awaitDelivered(delivered + (long) this.events * (this.connections - this.slow), PATIENCE);
	}

	private static void waitASecond(CompletableFuture<?> published) {
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

}
