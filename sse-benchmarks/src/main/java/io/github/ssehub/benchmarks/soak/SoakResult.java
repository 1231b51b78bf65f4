package io.github.ssehub.benchmarks.soak;

import java.util.List;

/**
 * What came out of a run.
 *
 * @param discrepancies the first things that were not as they should be, empty if all was
 * @param text the report
 */
public record SoakResult(List<String> discrepancies, String text) {

	/**
	 * Whether all was as it should be.
	 * @return whether it was
	 */
	public boolean isOk() {
		return this.discrepancies.isEmpty();
	}

}
