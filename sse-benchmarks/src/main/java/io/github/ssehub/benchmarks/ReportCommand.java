package io.github.ssehub.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import io.github.ssehub.benchmarks.report.RawResults;
import io.github.ssehub.benchmarks.report.ResultChart;
import io.github.ssehub.benchmarks.report.ResultTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Prints and draws raw results again.
 */
@Command(name = "report", mixinStandardHelpOptions = true,
		description = "Prints raw results as tables and draws them as charts.")
final class ReportCommand implements Callable<Integer> {

	@Parameters(arity = "0..1", paramLabel = "FOLDER", defaultValue = "target/results",
			description = "The folder with raw results (${DEFAULT-VALUE}).")
	private Path results = Path.of("target/results");

	@Option(names = "--charts", paramLabel = "FOLDER", description = "Where to draw. Default: beside the results.")
	private Path charts = Path.of("");

	@Override
	public Integer call() throws IOException {
		Path folder = this.charts.toString().isEmpty() ? this.results : this.charts;
		Files.createDirectories(folder);
		for (Path file : files()) {
			RawResults raw = RawResults.read(file);
			System.out.println(raw.workload() + ": " + raw.description());
			System.out.println(new ResultTable(raw.samples()).toMarkdown());
			System.out.println("Chart: " + ResultChart.write(raw, folder));
		}
		return 0;
	}

	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.results)) {
			return files.filter((file) -> file.toString().endsWith(".json")).sorted().toList();
		}
	}

}
