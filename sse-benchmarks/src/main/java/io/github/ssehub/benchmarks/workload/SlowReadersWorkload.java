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

/**
 * Some clients stop reading while megabytes go out to each. The others must not notice:
 * half of the same load is measured without that before, and half of it after.
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

	private static final int WARM_UP_PER_SECOND = 60;

	private static final int WARM_UP_EVENTS = WARM_UP_PER_SECOND * PacedWorkload.WARM_UP_SECONDS;

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
			publish(server, client, WARM_UP_EVENTS, WARM_UP_PER_SECOND, new LatencySeries());
			LatencySeries without = new LatencySeries();
			server.heap();
			publish(server, client, this.events / 2, this.perSecond, without);
			long heapBefore = server.heap().orElse(0);
			server.takeCalls();
			LatencySeries with = new LatencySeries();
			becomeSlow(client);
			try {
				publish(server, client, this.events, this.perSecond, with);
			}
			finally {
				recover();
			}
			long[] calls = server.takeCalls();
			Map<String, Long> description = server.describe();
			client.dropSlow();
			long heapAfter = server.heap().orElse(0);
			publish(server, client, this.events / 2, this.perSecond, without);
			Figures figures = new Figures().add("p99 ms of a second without", without.typicalP99Millis())
				.add("with", with.typicalP99Millis())
				.add("with/without", with.typicalP99Millis() / without.typicalP99Millis())
				.add("p99 ms without", without.p99Millis())
				.add("p99 ms with", with.p99Millis())
				.add("max ms with", with.maxMillis())
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

	private void publish(RunningServer server, LoadClient client, int events, int perSecond, LatencySeries series) {
		long delivered = client.statistics().delivered();
		client.takeLatency();
		CompletableFuture<?> published = CompletableFuture.runAsync(() -> server
			.publish(new PublishOrder(PublishOrder.Kind.BROADCAST, 1, events, perSecond, this.eventBytes)));
		while (!published.isDone()) {
			if (this.slowness == Slowness.TRICKLE) {
				client.trickle();
			}
			waitASecond(published);
			series.add(client.takeLatency());
		}
		client.awaitDelivered(delivered + (long) events * (this.connections - this.slow), PATIENCE);
		series.add(client.takeLatency());
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
