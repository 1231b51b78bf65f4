package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.ssehub.Published;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * Publishes and notes it. Safe for use by any thread.
 */
final class Publishing {

	private final SsePublisher publisher;

	private final RestApi rest;

	private final Ticks ticks;

	private final String epoch;

	private final Discrepancies found;

	private final AtomicInteger nextNumber = new AtomicInteger(1);

	private final Queue<Publication> publications = new ConcurrentLinkedQueue<>();

	Publishing(SsePublisher publisher, RestApi rest, Ticks ticks, String epoch, Discrepancies found) {
		this.publisher = publisher;
		this.rest = rest;
		this.ticks = ticks;
		this.epoch = epoch;
		this.found = found;
	}

	@Nullable Publication publish(Draft draft, boolean byRest) {
		int number = this.nextNumber.getAndIncrement();
		long start = this.ticks.next();
		Published published = byRest ? this.rest.publish(draft, number)
				: this.publisher.publish(draft.target(), draft.toEvent(number));
		long end = this.ticks.next();
		if (published == null) {
			return null;
		}
		Publication publication = new Publication(number, draft.target(), draft.name(), draft.key(), draft.id(),
				draft.ephemeral(), start, end, offset(draft, published), published.duplicate());
		this.publications.add(publication);
		return publication;
	}

	/**
	 * Publishes to everybody, past every filter.
	 */
	Publication broadcast(boolean ephemeral) {
		Publication publication = publish(
				new Draft(Target.broadcast(), SoakClient.UNFILTERED_NAME, null, null, ephemeral, 0), false);
		if (publication == null) {
			throw new IllegalStateException("A broadcast was not published");
		}
		return publication;
	}

	private long offset(Draft draft, Published published) {
		if (draft.ephemeral() || published.position() == null) {
			this.found.requireEqual("position of an ephemeral event", draft.ephemeral(), published.position() == null);
			return 0;
		}
		Position position = Position.parse(published.position());
		if (position == null || !position.epoch().equals(this.epoch)) {
			this.found.add("'%s' is no position of the log %s", published.position(), this.epoch);
			return 0;
		}
		return position.offset();
	}

	/**
	 * What was published since the last call. To be called when nobody publishes.
	 */
	List<Publication> take() {
		List<Publication> taken = new ArrayList<>(this.publications);
		this.publications.clear();
		return taken;
	}

}
