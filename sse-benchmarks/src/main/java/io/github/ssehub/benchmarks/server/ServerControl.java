package io.github.ssehub.benchmarks.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * Takes orders on the standard input, one a line, and answers each by a line on the
 * standard output that begins with {@code >}. Ends with its input, so no server outlives
 * the benchmark.
 */
final class ServerControl {

	private final Publications publications;

	private final PublisherRun publisher;

	ServerControl(Publications publications) {
		this.publications = publications;
		this.publisher = new PublisherRun(publications);
	}

	void run(int port) throws IOException {
		answer("ready " + port);
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		String line = input.readLine();
		while (line != null && !line.equals("quit")) {
			answer(execute(line));
			line = input.readLine();
		}
		System.exit(0);
	}

	private String execute(String line) {
		if (line.equals("heap")) {
			return "heap " + heapAfterCollection();
		}
		if (line.equals("direct")) {
			return "direct " + directMemory();
		}
		if (line.equals("calls")) {
			long[] calls = this.publisher.takeCalls();
			return "calls " + calls[0] + " " + calls[1] + " " + calls[2];
		}
		if (line.equals("describe")) {
			return this.publications.describe()
				.entrySet()
				.stream()
				.map((entry) -> entry.getKey() + "=" + entry.getValue())
				.collect(Collectors.joining(" ", "describe ", ""));
		}
		this.publisher.run(PublishOrder.parse(line));
		return "published";
	}

	private static long heapAfterCollection() {
		for (int i = 0; i < 3; i++) {
			System.gc();
		}
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private static long directMemory() {
		return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
	}

	private static void answer(String line) {
		System.out.println(">" + line);
	}

}
