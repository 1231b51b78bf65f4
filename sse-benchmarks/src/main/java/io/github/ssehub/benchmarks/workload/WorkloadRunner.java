package io.github.ssehub.benchmarks.workload;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures rivals in turn, each in a fresh process, as many rounds as wanted. So whatever
 * the machine does in the meantime meets them all.
 */
public final class WorkloadRunner {

	private final int rounds;

	private final List<String> jvmArguments;

	private final List<String> properties;

	private final Consumer<String> progress;

	/**
	 * Creates a runner.
	 * @param rounds how often each rival is measured
	 * @param jvmArguments for the servers that run on Java
	 * @param properties for the starter
	 * @param progress told what is going on
	 */
	public WorkloadRunner(int rounds, List<String> jvmArguments, List<String> properties, Consumer<String> progress) {
		this.rounds = rounds;
		this.jvmArguments = List.copyOf(jvmArguments);
		this.properties = List.copyOf(properties);
		this.progress = progress;
	}

	/**
	 * Measures.
	 * @param workload what
	 * @param rivals whom
	 * @return a sample for each round and rival
	 */
	public List<Sample> run(Workload workload, List<Rival> rivals) {
		List<Sample> samples = new ArrayList<>();
		List<String> properties = Stream.concat(workload.properties().stream(), this.properties.stream()).toList();
		for (int round = 1; round <= this.rounds; round++) {
			for (Rival rival : rivals) {
				try (RunningServer server = rival.start(this.jvmArguments, properties)) {
					StolenTime stolen = new StolenTime();
					Map<String, Double> figures = new LinkedHashMap<>(workload.measure(server));
					stolen.percent().ifPresent((percent) -> figures.put("stolen %", percent));
					Sample sample = new Sample(workload.name(), rival, round, figures);
					samples.add(sample);
					this.progress.accept(
							"%s, round %d, %s: %s".formatted(workload.name(), round, rival.title(), sample.figures()));
				}
				catch (RuntimeException ex) {
					this.progress.accept("%s, round %d, %s failed: %s".formatted(workload.name(), round, rival.title(),
							ex.getMessage()));
				}
			}
		}
		return samples;
	}

}
