package io.github.ssehub.benchmarks.workload;

import java.util.Map;

/**
 * One measurement of one rival.
 *
 * @param workload what was measured
 * @param rival whom
 * @param round which time: the round, or the turn counted over all rounds
 * @param figures what came out
 */
public record Sample(String workload, Rival rival, int round, Map<String, Double> figures) {
}
