package io.github.ssehub.benchmarks.soak;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which threads there are.
 */
final class ThreadCheck {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	/** Of the JDK, which ends them when it likes. */
	private static final List<String> OF_THE_JDK = List.of("HttpClient-", "ForkJoinPool", "Common-Cleaner", "Attach",
			"RMI", "JFR", "process reaper");

	private final Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());

	private final Discrepancies found;

	ThreadCheck(Discrepancies found) {
		this.found = found;
	}

	/**
	 * While the hub runs it has its loops, and a thread for the listener if that was
	 * called lately.
	 */
	void checkHub(int loops) {
		List<String> expected = Stream.iterate(1, (number) -> number + 1)
			.limit(loops)
			.map((number) -> "sse-delivery-" + number)
			.toList();
		this.found.requireEqual("threads of the hub", expected, names(started().filter(ThreadCheck::isOfHub)));
	}

	/**
	 * When all is closed there are no more threads than before.
	 */
	void checkEnd() {
		if (!Waiting.until(PATIENCE, () -> started().filter(ThreadCheck::isForeign).findAny().isEmpty())) {
			this.found.add("Threads that did not end: %s", names(started().filter(ThreadCheck::isForeign)));
		}
	}

	private Stream<Thread> started() {
		return Thread.getAllStackTraces().keySet().stream().filter((thread) -> !this.before.contains(thread));
	}

	private static boolean isOfHub(Thread thread) {
		return thread.getName().startsWith("sse-") && !thread.getName().equals("sse-listener-1");
	}

	private static boolean isForeign(Thread thread) {
		return OF_THE_JDK.stream().noneMatch((prefix) -> thread.getName().startsWith(prefix));
	}

	private static List<String> names(Stream<Thread> threads) {
		return threads.map(Thread::getName).sorted().toList();
	}

}
