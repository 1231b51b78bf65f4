package io.github.ssehub.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.github.ssehub.benchmarks.report.RawResults;
import io.github.ssehub.benchmarks.report.ResultTable;
import io.github.ssehub.benchmarks.workload.Rival;
import io.github.ssehub.benchmarks.workload.Sample;
import io.github.ssehub.benchmarks.workload.Workload;
import io.github.ssehub.benchmarks.workload.WorkloadRunner;
import io.github.ssehub.benchmarks.workload.Workloads;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Measures workloads.
 */
@Command(name = "run", mixinStandardHelpOptions = true,
		description = "Measures the starter beside its rivals on this machine.")
final class RunCommand implements Callable<Integer> {

	@Spec
	@SuppressWarnings("NullAway.Init") // set by picocli
	private CommandSpec spec;

	@Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "What to measure. Without any, all are listed.")
	private List<String> names = List.of();

	@Option(names = "--rivals", split = ",", description = "Whom to measure. Default: all that the workload is for.")
	private List<Rival> rivals = List.of();

	@Option(names = "--rounds", defaultValue = "3",
			description = "How often, each time in fresh processes (${DEFAULT-VALUE}).")
	private int rounds;

	@Option(names = "--jvm", description = "An argument for the Java of the servers. May be repeated.")
	private List<String> jvmArguments = new ArrayList<>();

	@Option(names = "--property", description = "A property of the starter, as name=value. May be repeated.")
	private List<String> properties = new ArrayList<>();

	@Option(names = "--results", defaultValue = "target/results",
			description = "The folder for raw results (${DEFAULT-VALUE}).")
	private Path results = Path.of("target/results");

	@Override
	public Integer call() throws IOException {
		if (this.names.isEmpty()) {
			Workloads.all().forEach((workload) -> print("%-12s %s".formatted(workload.name(), workload.description())));
			return 0;
		}
		List<String> arguments = this.properties.stream().map((property) -> "--" + property).toList();
		WorkloadRunner runner = new WorkloadRunner(this.rounds, this.jvmArguments, arguments, RunCommand::print);
		boolean complete = true;
		for (Workload workload : workloads()) {
			print(workload.name() + ": " + workload.description());
			List<Rival> rivals = rivalsOf(workload);
			List<Sample> samples = runner.run(workload, rivals);
			complete &= samples.size() == rivals.size() * runner.samplesOfEach(workload);
			print(new ResultTable(samples).toMarkdown());
			print("Raw results: " + RawResults.of(workload, samples).write(this.results));
		}
		if (!complete) {
			print("Some measurements failed: the medians of these rivals are of fewer than the others'");
		}
		return complete ? 0 : 1;
	}

	private List<Workload> workloads() {
		try {
			return this.names.stream().map(Workloads::named).toList();
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(this.spec.commandLine(), ex.getMessage(), ex);
		}
	}

	private List<Rival> rivalsOf(Workload workload) {
		List<Rival> rivals = new ArrayList<>(this.rivals.isEmpty() ? workload.rivals() : this.rivals);
		if (rivals.removeIf((rival) -> !rival.isAvailable())) {
			print("Without a rival that is not here: nchan needs nginx and libnginx-mod-nchan, a baseline -Dsse.benchmarks.baseline");
		}
		return rivals;
	}

	private static void print(String line) {
		System.out.println(line);
	}

}
