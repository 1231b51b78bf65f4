package io.github.ssehub.benchmarks.soak;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for conditions.
 */
final class Waiting {

	private static final long PAUSE_NANOS = 2_000_000;

	private Waiting() {
	}

	/**
	 * Waits until something is so.
	 * @return whether it became so in time
	 */
	static boolean until(Duration patience, BooleanSupplier condition) {
		long deadline = System.nanoTime() + patience.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() - deadline > 0) {
				return false;
			}
			pause();
		}
		return true;
	}

	static void pause() {
		LockSupport.parkNanos(PAUSE_NANOS);
	}

}
