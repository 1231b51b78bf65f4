package io.github.ssehub.benchmarks;

import io.github.ssehub.benchmarks.soak.SoakCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line.
 */
@Command(name = "benchmarks", mixinStandardHelpOptions = true,
		subcommands = { RunCommand.class, ReportCommand.class, SoakCommand.class },
		description = "Measures and stresses the starter.")
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Runs what the arguments say.
	 * @param args a command, and what it takes
	 */
	public static void main(String[] args) {
		System.exit(new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
	}

}
