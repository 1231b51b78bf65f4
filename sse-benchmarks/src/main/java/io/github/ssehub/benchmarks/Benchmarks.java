package io.github.ssehub.benchmarks;

import java.util.Locale;
import java.util.stream.Stream;

import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.benchmarks.engine.EngineCommand;
import io.github.ssehub.benchmarks.soak.SoakCommand;
import io.github.ssehub.benchmarks.workload.Rival;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line.
 */
@Command(name = "benchmarks", mixinStandardHelpOptions = true,
		subcommands = { RunCommand.class, ReportCommand.class, EngineCommand.class, SoakCommand.class },
		description = "Measures and stresses the starter.")
public final class Benchmarks {

	private Benchmarks() {
	}

	/**
	 * Runs what the arguments say.
	 * @param args a command, and what it takes
	 */
	public static void main(String[] args) {
		System.exit(new CommandLine(new Benchmarks()).setCaseInsensitiveEnumValuesAllowed(true)
			.registerConverter(Rival.class, Benchmarks::rival)
			.registerConverter(OverflowPolicy.class, Benchmarks::policy)
			.execute(args));
	}

	private static Rival rival(String name) {
		try {
			return Rival.named(name);
		}
		catch (IllegalArgumentException ex) {
			throw new TypeConversionException(ex.getMessage());
		}
	}

	private static OverflowPolicy policy(String name) {
		return Stream.of(OverflowPolicy.values())
			.filter((policy) -> tag(policy).equals(name))
			.findFirst()
			.orElseThrow(() -> new TypeConversionException("There is no policy '%s': use one of %s".formatted(name,
					Stream.of(OverflowPolicy.values()).map(Benchmarks::tag).toList())));
	}

	private static String tag(OverflowPolicy policy) {
		return policy.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
