package io.github.ssehub.benchmarks.soak;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;

import io.github.ssehub.OverflowPolicy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Stresses the starter.
 */
@Command(name = "soak", mixinStandardHelpOptions = true,
		description = "Stresses the starter at random and checks what every client got.")
public final class SoakCommand implements Callable<Integer> {

	@Option(names = "--seed", description = "Where the random numbers begin. Default: anywhere.")
	private @Nullable Long seed;

	@Option(names = "--minutes", defaultValue = "1", description = "How long (${DEFAULT-VALUE}).")
	private double minutes;

	@Option(names = "--clients", defaultValue = "300", description = "How many clients (${DEFAULT-VALUE}).")
	private int clients;

	@Option(names = "--steps", defaultValue = "200",
			description = "How many steps before what clients got is checked (${DEFAULT-VALUE}).")
	private int steps;

	@Option(names = "--server", defaultValue = "tomcat", description = "tomcat or jetty (${DEFAULT-VALUE}).")
	private SoakSettings.Server server = SoakSettings.Server.TOMCAT;

	@Option(names = "--overflow", defaultValue = "disconnect",
			description = "disconnect, drop-oldest, drop-newest or conflate (${DEFAULT-VALUE}).")
	private OverflowPolicy overflow = OverflowPolicy.DISCONNECT;

	@Option(names = "--max-lifetime", defaultValue = "8",
			description = "How many seconds a connection lasts (${DEFAULT-VALUE}).")
	private int maxLifetime;

	@Option(names = "--batch-interval", defaultValue = "0",
			description = "How many milliseconds events wait for others (${DEFAULT-VALUE}).")
	private int batchInterval;

	private SoakCommand() {
	}

	@Override
	public Integer call() {
		long seed = (this.seed != null) ? this.seed : new SplittableRandom().nextLong(1_000_000);
		SoakSettings settings = new SoakSettings(seed, this.server, this.overflow, this.clients, this.steps, 1,
				Duration.ofMillis((long) (this.minutes * 60_000)), Duration.ofSeconds(this.maxLifetime),
				Duration.ofMillis(this.batchInterval));
		SoakResult result = new Soak(settings, System.out::println).run();
		System.out.print(result.text());
		return result.isOk() ? 0 : 1;
	}

}
