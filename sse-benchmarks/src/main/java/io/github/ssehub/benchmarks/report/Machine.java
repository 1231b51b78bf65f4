package io.github.ssehub.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.sun.management.OperatingSystemMXBean;

/**
 * Where a benchmark ran.
 *
 * @param processor the model of the processor
 * @param cores how many of them
 * @param memoryGigabytes the memory
 * @param system the operating system
 * @param java the Java of clients and servers
 */
public record Machine(String processor, int cores, long memoryGigabytes, String system, String java) {

	static Machine here() {
		OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		return new Machine(readProcessor(), system.getAvailableProcessors(), system.getTotalMemorySize() >> 30,
				system.getName() + " " + system.getVersion(), Runtime.version().toString());
	}

	private static String readProcessor() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst()
				.orElse("unknown");
		}
		catch (IOException ex) {
			return "unknown";
		}
	}

}
