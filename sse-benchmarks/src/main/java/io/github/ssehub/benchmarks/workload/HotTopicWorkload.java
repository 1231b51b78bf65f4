package io.github.ssehub.benchmarks.workload;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.ssehub.benchmarks.client.Group;
import io.github.ssehub.benchmarks.client.LoadClient;
import io.github.ssehub.benchmarks.server.PublishOrder;
import io.github.ssehub.benchmarks.server.PublisherRun;
import org.HdrHistogram.Histogram;

/**
 * A busy topic with many subscribers beside a quiet one with few: how long the events of
 * the quiet one take, alone and beside the busy one.
 *
 * @param name the name
 * @param hot how many clients have the busy topic
 * @param cold how many have the quiet one
 * @param perSecond how many events each second, one in twenty for the quiet topic
 * @param seconds how long
 */
record HotTopicWorkload(String name, int hot, int cold, int perSecond, int seconds) implements Workload {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Override
	public String description() {
		return "%d subscribers of a topic with %d events a second beside %d of one with %d".formatted(this.hot,
				this.perSecond - coldPerSecond(), this.cold, coldPerSecond());
	}

	private int coldPerSecond() {
		return this.perSecond / PublisherRun.COLD_EVERY;
	}

	@Override
	public List<Rival> rivals() {
		return List.of(Rival.STARTER_TOMCAT, Rival.STARTER_JETTY, Rival.NCHAN);
	}

	@Override
	public Map<String, Double> measure(RunningServer server) {
		try (LoadClient client = new LoadClient(server.port())) {
			client.connect(Group.LOAD, this.hot, (number) -> server.path(PublishOrder.Kind.HOT_TOPIC, number, 0));
			client.connect(this.cold, (number) -> server.path(PublishOrder.Kind.HOT_TOPIC, this.hot + number, 1));
			both(server, client);
			client.reset();
			coldAlone(server, client);
			Histogram alone = client.takeLatency();
			client.reset();
			Duration before = server.cpu();
			long start = System.nanoTime();
			both(server, client);
			double busy = (double) server.cpu().minus(before).toNanos() / (System.nanoTime() - start);
			Histogram beside = client.takeLatency();
			return new Figures().add("p50 ms alone", alone.getValueAtPercentile(50) / 1e6)
				.add("p99 ms alone", alone.getValueAtPercentile(99) / 1e6)
				.add("p50 ms beside", beside.getValueAtPercentile(50) / 1e6)
				.add("p99 ms beside", beside.getValueAtPercentile(99) / 1e6)
				.add("processors busy", busy)
				.add("problems", client.statistics().failures())
				.values();
		}
	}

	private void both(RunningServer server, LoadClient client) {
		long delivered = client.statistics().delivered();
		long events = (long) this.perSecond * this.seconds;
		long coldEvents = events / PublisherRun.COLD_EVERY;
		server.publish(
				new PublishOrder(PublishOrder.Kind.HOT_TOPIC, 2, events, this.perSecond, PacedWorkload.EVENT_BYTES));
		client.awaitDelivered(delivered + coldEvents * this.cold + (events - coldEvents) * this.hot, PATIENCE);
	}

	private void coldAlone(RunningServer server, LoadClient client) {
		long delivered = client.statistics().delivered();
		long events = (long) coldPerSecond() * this.seconds;
		server.publish(
				new PublishOrder(PublishOrder.Kind.COLD_TOPIC, 2, events, coldPerSecond(), PacedWorkload.EVENT_BYTES));
		client.awaitDelivered(delivered + events * this.cold, PATIENCE);
	}

}
