package io.github.ssehub.benchmarks.soak;

import java.time.Duration;
import java.util.SplittableRandom;

import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.benchmarks.soak.SoakSettings.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The soak, small. Longer: {@code Benchmarks soak}.
 */
class SoakTests {

	@ParameterizedTest
	@CsvSource({ "1,TOMCAT,DISCONNECT", "2,JETTY,DROP_OLDEST", "3,TOMCAT,DROP_NEWEST", "4,JETTY,CONFLATE" })
	void givesEveryClientWhatIsForIt(long seed, Server server, OverflowPolicy overflow) {
		run(seed, server, overflow);
	}

	@Test
	void givesEveryClientWhatIsForItFromAnySeed() {
		long seed = new SplittableRandom().nextLong(1_000_000);
		run(seed, Server.values()[(int) (seed % 2)], OverflowPolicy.values()[(int) (seed / 2 % 4)]);
	}

	private static void run(long seed, Server server, OverflowPolicy overflow) {
		SoakResult result = new Soak(
				new SoakSettings(seed, server, overflow, 30, 60, 3, Duration.ZERO, Duration.ofSeconds(1)),
				(progress) -> {
				})
			.run();
		assertThat(result.isOk()).as(result.text()).isTrue();
	}

}
