package io.github.ssehub.web;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

import io.github.ssehub.ConnectionRefusedException;
import io.github.ssehub.ConnectionRefusedException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RefusalLog}.
 */
@ExtendWith(OutputCaptureExtension.class)
class RefusalLogTests {

	private final Deque<Runnable> later = new ArrayDeque<>();

	private final RefusalLog log = new RefusalLog(this.later::add);

	@Test
	void logsTheFirstAtOnceAndTheOthersInOneLine(CapturedOutput output) {
		refuse(Reason.FULL, 1000);
		refuse(Reason.USER_LIMIT, 2);
		assertThat(lines(output)).isOne();
		assertThat(output).contains("Refused a connection: sse.max-connections are open");
		timePasses();
		assertThat(lines(output)).isEqualTo(2);
		assertThat(output).contains("Refused 1001 more connections within 10 seconds: "
				+ "999 because sse.max-connections are open, 2 because their user has sse.max-connections-per-user open");
	}

	@Test
	void tellsListenersThatAreBehindFromAFullNode(CapturedOutput output) {
		refuse(Reason.LISTENERS_BEHIND, 1);
		assertThat(output).contains("Refused a connection: the connection listeners of the application are behind")
			.doesNotContain("sse.max-connections");
	}

	@Test
	void goesOnToSumUpWhileConnectionsAreRefused(CapturedOutput output) {
		refuse(Reason.DRAINING, 2);
		timePasses();
		refuse(Reason.DRAINING, 3);
		timePasses();
		assertThat(output).contains("Refused 1 more",
				"Refused 3 more connections within 10 seconds: 3 because the application shuts down");
		timePasses();
		assertThat(lines(output)).isEqualTo(3);
		assertThat(this.later).isEmpty();
		refuse(Reason.DRAINING, 1);
		assertThat(lines(output)).isEqualTo(4);
	}

	private void refuse(Reason reason, int times) {
		for (int i = 0; i < times; i++) {
			this.log.refused(new ConnectionRefusedException(reason, Duration.ofSeconds(5), "no"),
					new MockHttpServletRequest());
		}
	}

	private void timePasses() {
		this.later.remove().run();
	}

	private static long lines(CapturedOutput output) {
		return output.toString().lines().filter((line) -> line.contains("Refused")).count();
	}

}
