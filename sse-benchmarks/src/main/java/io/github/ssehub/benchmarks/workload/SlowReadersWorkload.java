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
 * the same load is measured without that before and after.
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
		// A plain loop is none: it waits for each of the slow ones until Tomcat's write
		// times out.
		return List.of(Rival.STARTER_TOMCAT, Rival.STARTER_JETTY);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		int healthy = this.connections - this.slow;
		try (LoadClient client = new LoadClient(server.port())) {
			client.connect(healthy, (number) -> server.path(PublishOrder.Kind.BROADCAST, number, 0));
			client.connect(Group.SLOW, this.slow,
					(number) -> server.path(PublishOrder.Kind.BROADCAST, healthy + number, 0));
			publish(server, client, this.perSecond * PacedWorkload.WARM_UP_SECONDS, false);
			Histogram without = latencyWithout(server, client);
			long heapBefore = server.heap().orElse(0);
			client.reset();
			server.takeCalls();
			becomeSlow(client);
			try {
				publish(server, client, this.events, true);
			}
			finally {
				recover();
			}
			Histogram with = client.latency();
			long[] calls = server.takeCalls();
			Map<String, Long> description = server.describe();
			long heapAfter = server.heap().orElse(0);
			without.add(latencyWithout(server, client));
			double p99Without = without.getValueAtPercentile(99) / 1e6;
			double p99With = with.getValueAtPercentile(99) / 1e6;
			Figures figures = new Figures().add("p99 ms without", p99Without)
				.add("p99 ms with", p99With)
				.add("with/without", p99With / p99Without)
				.add("max ms without", without.getMaxValue() / 1e6)
				.add("max ms with", with.getMaxValue() / 1e6)
				.calls(calls)
				.add("heap growth MB", (heapAfter - heapBefore) / 1e6);
			description.forEach((name, value) -> {
				if (List.of("open", "slow-consumer").contains(name)) {
					figures.add(name, value);
				}
			});
			return figures.add("problems", client.statistics().failures()).values();
		}
	}

	/**
	 * Half of the events, while all who are there read. Before and after the part with
	 * slow ones, as the speed of a machine may drift; and after a collection, as that
	 * part.
	 */
	private Histogram latencyWithout(RunningServer server, LoadClient client) {
		server.heap();
		client.reset();
		publish(server, client, this.events / 2, false);
		return client.latency();
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

	private void publish(RunningServer server, LoadClient client, int events, boolean slow) {
		long delivered = client.statistics().delivered();
		CompletableFuture<?> published = CompletableFuture.runAsync(() -> server
			.publish(new PublishOrder(PublishOrder.Kind.BROADCAST, 1, events, this.perSecond, this.eventBytes)));
		while (!published.isDone()) {
			if (slow && this.slowness == Slowness.TRICKLE) {
				client.trickle();
			}
			waitASecond(published);
		}
		client.awaitDelivered(delivered + (long) events * (this.connections - this.slow), PATIENCE);
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
