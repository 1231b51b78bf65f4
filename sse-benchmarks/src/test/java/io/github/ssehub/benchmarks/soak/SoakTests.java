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
	@CsvSource({ "1,TOMCAT,DISCONNECT,0", "2,JETTY,DROP_OLDEST,0", "3,TOMCAT,DROP_NEWEST,20", "4,JETTY,CONFLATE,0" })
	void givesEveryClientWhatIsForIt(long seed, Server server, OverflowPolicy overflow, long batchMillis) {
		run(seed, server, overflow, Duration.ofMillis(batchMillis));
	}

	@Test
	void givesEveryClientWhatIsForItFromAnySeed() {
		long seed = new SplittableRandom().nextLong(1_000_000);
		run(seed, Server.values()[(int) (seed % 2)], OverflowPolicy.values()[(int) (seed / 2 % 4)], Duration.ZERO);
	}

	private static void run(long seed, Server server, OverflowPolicy overflow, Duration batchInterval) {
		SoakResult result = new Soak(new SoakSettings(seed, server, overflow, 30, 60, 3, Duration.ZERO,
				Duration.ofSeconds(1), batchInterval), (progress) -> {
				})
			.run();
		assertThat(result.isOk()).as(result.text()).isTrue();
	}

}
