package io.github.ssehub.benchmarks.soak;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.benchmarks.server.ServerStarter;
import io.github.ssehub.benchmarks.soak.ClientStream.End;
import io.github.ssehub.internal.hub.SseHub;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * A run, in rounds. In a round clients come and go at random while events are published.
 * Then all connect and catch up, and what they got is compared with what they should
 * have, which is then forgotten: a run may be long.
 */
public final class Soak {

	private static final Duration PATIENCE = Duration.ofSeconds(40);

	private static final int MAX_OUTSTANDING = 30;

	/**
	 * Every so many pauses of 2 ms something is written, which finds dead connections.
	 */
	private static final int PAUSES_BETWEEN_WRITES = 10;

	private final SoakSettings settings;

	private final Consumer<String> progress;

	private final Discrepancies found = new Discrepancies();

	private final Ticks ticks = new Ticks();

	private final PublishedCounts published = new PublishedCounts();

	private final SplittableRandom random;

	private final HeapSeries heap;

	private final long startNanos = System.nanoTime();

	private long base;

	private int rounds;

	private long read;

	/**
	 * Creates a run.
	 * @param settings what it is like
	 * @param progress told what is going on
	 */
	public Soak(SoakSettings settings, Consumer<String> progress) {
		this.settings = settings;
		this.progress = progress;
		this.random = new SplittableRandom(settings.seed());
		this.heap = new HeapSeries(settings.duration());
	}

	/**
	 * Runs.
	 * @return the result
	 */
	public SoakResult run() {
		ThreadCheck threads = new ThreadCheck(this.found);
		ConfigurableApplicationContext context = ServerStarter.start(SoakApplication.class, false, true,
				this.settings.arguments().toArray(String[]::new));
		SseHub hub = context.getBean(SseHub.class);
		ConnectionLedger ledger = context.getBean(ConnectionLedger.class);
		StatisticsCheck statistics = new StatisticsCheck(hub, ledger);
		RestApi rest = new RestApi(ServerStarter.port(context));
		LogIds ids = new LogIds(hub.log().head().epoch());
		String text;
		try (ClientLoop loop = new ClientLoop(ServerStarter.port(context))) {
			SoakClients clients = new SoakClients(this.settings.clients(), loop, this.ticks, ids, this.found);
			Publishing publishing = new Publishing(hub.publisher(), rest, this.ticks, ids.epoch(), this.found);
			RandomDrafts drafts = new RandomDrafts(clients.all());
			SoakSteps steps = new SoakSteps(this.random.split(), clients.all(), loop, hub.connections(), rest,
					this.ticks, ids);
			Site site = new Site(hub, ledger, statistics, rest, clients, publishing);
			try (PublisherThreads publishers = new PublisherThreads(SoakSettings.PUBLISHERS, this.random.split(),
					drafts, publishing, this.found)) {
				rounds(site, steps, publishers, drafts);
				threads.checkHub(hub.settings().threads());
			}
			end(site, loop, context);
			text = summary(site, steps);
		}
		finally {
			context.close();
		}
		threads.checkEnd();
		return new SoakResult(this.found.first(), text + result());
	}

	private void rounds(Site site, SoakSteps steps, PublisherThreads publishers, RandomDrafts drafts) {
		long deadline = this.startNanos + this.settings.duration().toNanos();
		check(site);
		do {
			this.rounds++;
			for (int i = 0; i < this.settings.steps(); i++) {
				steps.step();
				publishers.allow(this.random.nextInt(SoakSettings.PUBLICATIONS_PER_STEP + 1));
				waitFor("publishers", site, () -> publishers.outstanding() <= MAX_OUTSTANDING);
			}
			waitFor("publishers", site, () -> publishers.outstanding() == 0);
			drafts.forgetIds();
			check(site);
			if (this.base >= SoakSettings.HISTORY) {
				// Until the log is full, the heap grows.
				this.heap.sample();
			}
		}
		while (this.found.isEmpty() && (this.rounds < this.settings.rounds() || System.nanoTime() - deadline < 0));
	}

	/**
	 * Ends a round. Connections do not last, so clients never are all there at once: each
	 * has to pass the last event of the round, in whichever of its streams.
	 */
	private void check(Site site) {
		site.clients().readOn();
		int[] pauses = { 0 };
		waitFor("empty queues", site, () -> {
			if (pauses[0]++ % PAUSES_BETWEEN_WRITES == 0) {
				site.publishing().broadcast(true);
			}
			return site.isDrained();
		});
		// Into empty queues, where no policy takes it.
		long marker = site.publishing().broadcast(false).offset();
		waitFor("clients that have passed " + marker, site, () -> site.clients().connectUntil(marker));
		waitFor("agreement of server and clients", site, site::isAgreed);
		if (!this.found.isEmpty()) {
			return;
		}
		site.clients().noteLive(this.ticks.next());
		List<Publication> publications = site.publishing().take();
		this.published.add(publications);
		site.statistics().checkPublished(this.published, this.found);
		site.statistics().checkRest(site.rest(), this.found);
		RoundCheck round = new RoundCheck(publications, this.base, marker, this.settings.overflow(), this.found);
		List<ClientStream> streams = site.clients().streams();
		// The others may end at any time, and are looked at again.
		List<ClientStream> ended = streams.stream().filter((stream) -> stream.end() != End.NONE).toList();
		for (ClientStream stream : streams) {
			round.check(stream);
			ConnectionLedger.Account account = site.ledger().find(stream.connectionId());
			if (account != null) {
				round.checkCounts(stream, account);
			}
			else if (stream.connectionId() != null && stream.from() != ClientStream.UNKNOWN) {
				this.found.add("%s was never registered", stream);
			}
		}
		this.read += ended.stream().mapToLong(ClientStream::read).sum();
		site.clients().forget(ended, marker);
		site.ledger().forgetClosed(site.clients().streams());
		this.base = marker;
		this.progress.accept("round %d: %d connections so far, log at %d, %d delivered, %s".formatted(this.rounds,
				site.ledger().connected(), this.base, site.hub().statistics().messagesDelivered(),
				this.found.isEmpty() ? "ok" : "not ok"));
	}

	private void waitFor(String what, Site site, BooleanSupplier condition) {
		if (this.found.isEmpty() && !Waiting.until(PATIENCE, condition)) {
			this.found.add("No %s within %s: %s", what, PATIENCE, site.describe());
		}
	}

	/**
	 * Ends the connections in all ways: by the server, by the client, and with the
	 * application.
	 */
	private void end(Site site, ClientLoop loop, ConfigurableApplicationContext context) {
		List<ClientStream> last = site.clients().streams();
		List<SoakClient> all = site.clients().all();
		for (int i = 0; i < all.size(); i++) {
			SoakClient client = all.get(i);
			ClientStream stream = client.connectedStream();
			if (stream != null && i % 3 == 0) {
				site.hub().connections().disconnect(String.valueOf(stream.connectionId()));
			}
			else if (i % 3 == 1) {
				loop.run(() -> client.cut(false));
			}
		}
		context.close();
		if (!Waiting.until(PATIENCE, () -> all.stream().allMatch(SoakClient::isAway))) {
			this.found.add("Streams that did not end: %s", site.clients().streams());
		}
		for (ClientStream stream : last) {
			ConnectionLedger.Account account = site.ledger().find(stream.connectionId());
			if (account != null) {
				RoundCheck.checkWritten(stream, account, this.found);
			}
			this.read += stream.read();
		}
		this.published.add(site.publishing().take());
		checkNothingLeft(site);
		this.heap.check(this.found);
	}

	private void checkNothingLeft(Site site) {
		SseHub hub = site.hub();
		site.statistics().check(this.found);
		site.statistics().checkPublished(this.published, this.found);
		this.found.requireEqual("open connections", 0, hub.connections().count());
		this.found.requireEqual("users", 0, hub.connections().users().size());
		this.found.requireEqual("topics", 0, hub.connections().topics().size());
		this.found.requireEqual("queued bytes", 0L, hub.queuedBytes());
		site.ledger().forgetClosed(List.of());
		// Held by the hub alone: a connection that is left is in an index, a timer or a
		// queue.
		if (!Waiting.until(PATIENCE, () -> {
			System.gc();
			return site.ledger().reachable() == 0;
		})) {
			this.found.add("%d connections are still held in memory", site.ledger().reachable());
		}
	}

	private String summary(Site site, SoakSteps steps) {
		var statistics = site.hub().statistics();
		StringBuilder text = new StringBuilder("Soak: " + this.settings + "\n");
		text.append("Rounds: %d in %d s; steps %s\n".formatted(this.rounds,
				Duration.ofNanos(System.nanoTime() - this.startNanos).toSeconds(), steps.counts()));
		text.append("Streams as clients saw them end: %s\n".formatted(site.clients().ends()));
		text.append("Connections: %d".formatted(statistics.totalConnections()));
		for (CloseReason reason : CloseReason.values()) {
			text.append(", %s %d".formatted(reason.tag(), statistics.disconnects(reason)));
		}
		text.append("\nPublished: %s\n".formatted(this.published));
		text.append("Delivered: %d = %d read + %d lost with streams that were cut"
			.formatted(statistics.messagesDelivered(), this.read, statistics.messagesDelivered() - this.read));
		text.append("\nDropped:");
		for (DropReason reason : DropReason.values()) {
			text.append(" %s %d".formatted(reason.tag(), statistics.drops(reason)));
		}
		text.append("\nHeap after GC, MB: %s\n".formatted(this.heap));
		return text.toString();
	}

	private String result() {
		if (this.found.isEmpty()) {
			return "Result: OK\n";
		}
		return "Result: %d discrepancies, the first:\n%s\n".formatted(this.found.count(),
				String.join("\n", this.found.first()));
	}

}
