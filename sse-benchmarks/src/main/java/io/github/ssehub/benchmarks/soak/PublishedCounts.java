package io.github.ssehub.benchmarks.soak;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.Target;

/**
 * Counts what was published.
 */
final class PublishedCounts {

	private final Map<Target.Type, Long> published = new EnumMap<>(Target.Type.class);

	private long ephemeral;

	private long duplicates;

	void add(List<Publication> publications) {
		for (Publication publication : publications) {
			if (publication.duplicate()) {
				this.duplicates++;
				continue;
			}
			this.published.merge(publication.target().type(), 1L, Long::sum);
			this.ephemeral += publication.ephemeral() ? 1 : 0;
		}
	}

	long published(Target.Type type) {
		return this.published.getOrDefault(type, 0L);
	}

	@Override
	public String toString() {
		return "%s, %d of them ephemeral; %d duplicates".formatted(this.published, this.ephemeral, this.duplicates);
	}

}
