package io.github.ssehub.benchmarks.engine;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;

import io.github.ssehub.SseEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what must not depend on how many connections there are or events wait.
 */
@Command(name = "engine", mixinStandardHelpOptions = true,
		description = "Measures single steps of the engine, in one process and without clients.")
public final class EngineCommand implements Callable<Integer> {

	private static final String[] PROPERTIES = { "--sse.max-connections=0", "--sse.log.history=1",
			"--sse.security.connect=permit-all", "--logging.level.root=warn" };

	@Option(names = "--rounds", defaultValue = "5",
			description = "How often each is measured after one round that does not count (${DEFAULT-VALUE}).")
	private int rounds;

	@Option(names = "--connections", defaultValue = "10000",
			description = "How many connections come and go (${DEFAULT-VALUE}).")
	private int connections;

	@Option(names = "--drops", defaultValue = "100000",
			description = "How many events one client does not take (${DEFAULT-VALUE}).")
	private int drops;

	@Option(names = "--buffers", split = ",", defaultValue = "256,4096",
			description = "For how many events its queue has room (${DEFAULT-VALUE}).")
	private List<Integer> buffers = List.of();

	@Override
	public Integer call() throws Exception {
		System.out.println("| step | unit | time | CPU |");
		System.out.println("|---|---|---:|---:|");
		massDisconnect();
		severalTopics();
		for (int buffer : this.buffers) {
			for (String policy : List.of("drop-newest", "drop-oldest", "conflate")) {
				drop(policy, buffer);
			}
		}
		return 0;
	}

	private void massDisconnect() throws Exception {
		try (EngineHub hub = new EngineHub(PROPERTIES)) {
			Series series = new Series(this.rounds);
			while (!series.isComplete()) {
				List<FakeClient> clients = hub.connect(this.connections, false, (client) -> List.of("news"));
				series.begin();
				hub.disconnect(clients);
				series.end();
			}
			print("%d connections of one topic end at once".formatted(this.connections), "ms", series.medians(1e6));
		}
	}

	private void severalTopics() throws Exception {
		try (EngineHub hub = new EngineHub(PROPERTIES)) {
			hub.connect(this.connections, false,
					(client) -> (client < 10) ? List.of("news", "sport") : List.of("other"));
			Series series = new Series(this.rounds);
			int calls = 2_000;
			while (!series.isComplete()) {
				series.begin();
				for (int i = 0; i < calls; i++) {
					hub.hub().publisher().toTopics(List.of("news", "sport"), SseEvent.of("b", "0123456789"));
				}
				series.end();
			}
			print("an event for two topics that 10 of %d connections have".formatted(this.connections), "us a call",
					series.medians(1e3 * calls));
		}
	}

	private void drop(String policy, int buffer) throws Exception {
		String[] properties = Arrays.copyOf(PROPERTIES, PROPERTIES.length + 3);
		properties[PROPERTIES.length] = "--sse.buffer.overflow=" + policy;
		properties[PROPERTIES.length + 1] = "--sse.buffer.events=" + buffer;
		properties[PROPERTIES.length + 2] = "--sse.buffer.bytes=64MB";
		try (EngineHub hub = new EngineHub(properties)) {
			Series series = new Series(this.rounds);
			while (!series.isComplete()) {
				List<FakeClient> clients = hub.connect(1, true, (client) -> List.of());
				hub.broadcast(buffer, buffer);
				series.begin();
				hub.broadcast(this.drops, buffer - 16);
				series.end();
				hub.disconnect(clients);
			}
			print("%d events for a client that takes none, %s, room for %d".formatted(this.drops, policy, buffer),
					"us an event", series.medians(1e3 * this.drops));
		}
	}

	private static void print(String what, String unit, String medians) {
		System.out.printf("| %s | %s | %s |%n", what, unit, medians);
	}

}
