package io.github.ssehub.cluster;

import java.util.SortedMap;

/**
 * What nodes answered. A node that left meanwhile is in neither map.
 *
 * @param byNode the answers by the id of the node
 * @param failures for each node that was asked and gave no answer, why
 * @param <A> the type of an answer
 */
record Answers<A>(SortedMap<String, A> byNode, SortedMap<String, RuntimeException> failures) {
}
