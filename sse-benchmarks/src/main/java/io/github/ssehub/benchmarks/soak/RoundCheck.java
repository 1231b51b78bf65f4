package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.ssehub.CloseReason;
import io.github.ssehub.OverflowPolicy;
import io.github.ssehub.Target;
import io.github.ssehub.benchmarks.soak.ClientStream.End;
import org.jspecify.annotations.Nullable;

/**
 * The model: says of each stream what it had to get of a round, and compares.
 *
 * Every kept event has one place in the log. A stream passes a stretch of it, from where
 * it began or resumed to its last id, and the next stream of the client resumes there. So
 * each place belongs to one stream, which must have got what is there for it, by replay
 * or live, unless the overflow policy took it. Whether it was for the stream depends on
 * what it was subscribed to: topics change only while a stream is live, so what it gets
 * by replay meets the topics it connected with.
 *
 * Left open, because it is a race: a topic that changes during the publication; an
 * ephemeral event that is published before the stream is known to be live, or after the
 * last event that a lost stream got.
 */
final class RoundCheck {

	private enum Verdict {

		YES, NO, MAYBE

	}

	private final OverflowPolicy policy;

	private final Discrepancies found;

	private final List<Publication> ephemeral = new ArrayList<>();

	private final List<Publication> kept = new ArrayList<>();

	private final Map<Integer, Publication> byNumber = new HashMap<>();

	private final @Nullable Publication[] byOffset;

	private final long base;

	private final long marker;

	/**
	 * Creates the check of a round.
	 * @param publications all of the round
	 * @param base the place in the log before them
	 * @param marker the place of the last one, which is for everybody
	 */
	RoundCheck(List<Publication> publications, long base, long marker, OverflowPolicy policy, Discrepancies found) {
		this.base = base;
		this.marker = marker;
		this.policy = policy;
		this.found = found;
		this.byOffset = new Publication[(int) (marker - base)];
		publications.forEach(this::sort);
		checkLog();
		checkIds(publications);
	}

	private void sort(Publication publication) {
		this.byNumber.put(publication.number(), publication);
		if (publication.duplicate()) {
			return;
		}
		if (publication.ephemeral()) {
			this.ephemeral.add(publication);
			return;
		}
		this.kept.add(publication);
		long index = publication.offset() - this.base - 1;
		if (index < 0 || index >= this.byOffset.length || this.byOffset[(int) index] != null) {
			this.found.add("The place of %s is taken or outside of %d to %d", publication, this.base, this.marker);
		}
		else {
			this.byOffset[(int) index] = publication;
		}
	}

	private Publication at(long offset) {
		Publication publication = this.byOffset[(int) (offset - this.base - 1)];
		if (publication == null) {
			throw new IllegalStateException("Nothing was published at " + offset);
		}
		return publication;
	}

	/** No holes, and what returned before something else began is before it. */
	private void checkLog() {
		long latestStart = 0;
		for (int i = 0; i < this.byOffset.length; i++) {
			Publication publication = this.byOffset[i];
			if (publication == null) {
				this.found.add("Nobody published what is at %d", this.base + 1 + i);
				this.byOffset[i] = new Publication(0, Target.user("nobody"), "none", null, null, false, 0, Ticks.NEVER,
						this.base + 1 + i, false);
			}
			else if (publication.end() < latestStart) {
				this.found.add("%s is in the log behind what was published later", publication);
			}
			else {
				latestStart = Math.max(latestStart, publication.start());
			}
		}
	}

	/** Of all that share an idempotency key one is published, and the others name it. */
	private void checkIds(List<Publication> publications) {
		Map<String, Set<Long>> positions = new HashMap<>();
		Map<String, Integer> originals = new HashMap<>();
		for (Publication publication : publications) {
			if (publication.id() != null) {
				positions.computeIfAbsent(publication.id(), (id) -> new HashSet<>()).add(publication.offset());
				originals.merge(publication.id(), publication.duplicate() ? 0 : 1, Integer::sum);
			}
			else if (publication.duplicate()) {
				this.found.add("%s is called a duplicate", publication);
			}
		}
		positions.forEach((id, offsets) -> this.found.requireEqual("positions of id " + id, 1, offsets.size()));
		originals.forEach((id, count) -> this.found.requireEqual("publications of id " + id, 1, count));
	}

	/**
	 * Checks what a stream got of this round.
	 */
	void check(ClientStream stream) {
		if (stream.end() == End.BROKEN) {
			this.found.add("The server broke off %s", stream);
		}
		if (stream.from() == ClientStream.UNKNOWN) {
			return;
		}
		BitSet got = checkWhatCame(stream);
		if (stream.isAfresh()) {
			checkBeginning(stream);
		}
		boolean open = stream.end() == End.NONE;
		long upTo = open ? this.marker : Math.min(stream.lastOffset(), this.marker);
		Missing missing = new Missing(stream);
		for (long offset = Math.max(stream.from(), this.base) + 1; offset <= upTo; offset++) {
			Publication publication = at(offset);
			if (!got.get(publication.number())) {
				missing.add(publication, verdict(publication, stream));
			}
		}
		long latest = latestStart(got);
		for (Publication publication : this.ephemeral) {
			if (!got.get(publication.number())) {
				missing.add(publication, ephemeralVerdict(publication, stream, open, latest));
			}
		}
		stream.noteMissing(missing.definite.size(), missing.maybe);
		if (open && this.policy == OverflowPolicy.CONFLATE) {
			checkSuperseded(stream, missing.definite, got);
		}
	}

	private BitSet checkWhatCame(ClientStream stream) {
		BitSet got = new BitSet();
		for (int i = 0; i < stream.size(); i++) {
			int number = stream.number(i);
			Publication publication = this.byNumber.get(number);
			if (publication == null || publication.duplicate()) {
				this.found.add("%s got event %d, which %s", stream, number,
						(publication == null) ? "nobody published in this round" : "is a duplicate: " + publication);
				continue;
			}
			if (got.get(number)) {
				this.found.add("%s got twice %s", stream, publication);
			}
			got.set(number);
			if (publication.offset() != stream.offset(i)) {
				this.found.add("%s got at position %d what is %s", stream, stream.offset(i), publication);
			}
			else if (publication.isKept() && publication.offset() <= stream.from()) {
				this.found.add("%s got again %s", stream, publication);
			}
			if (verdict(publication, stream) == Verdict.NO
					|| (publication.ephemeral() && publication.end() < stream.connectTick())) {
				this.found.add("%s got what is not for it: %s", stream, publication);
			}
		}
		return got;
	}

	/**
	 * A stream that does not resume begins between what was published before it was asked
	 * for, and what was published after it was there.
	 */
	private void checkBeginning(ClientStream stream) {
		for (Publication publication : this.kept) {
			boolean before = publication.end() < stream.connectTick();
			boolean after = publication.start() > stream.connectedTick();
			if ((before && publication.offset() > stream.from()) || (after && publication.offset() <= stream.from())) {
				this.found.add("%s began on the wrong side of %s", stream, publication);
			}
		}
	}

	private long latestStart(BitSet got) {
		return got.stream().mapToObj(this.byNumber::get).mapToLong(Publication::start).max().orElse(0);
	}

	private static Verdict ephemeralVerdict(Publication publication, ClientStream stream, boolean open,
			long latestStart) {
		boolean live = publication.start() > stream.liveSince();
		boolean reached = open || publication.end() < latestStart
				|| (stream.end() == End.FINAL && publication.end() < stream.disconnectTick());
		Verdict verdict = verdict(publication, stream);
		return (live && reached || verdict == Verdict.NO) ? verdict : Verdict.MAYBE;
	}

	private static Verdict verdict(Publication publication, ClientStream stream) {
		if (!stream.events().isEmpty() && !stream.events().contains(publication.name())) {
			return Verdict.NO;
		}
		Set<String> names = publication.target().names();
		return switch (publication.target().type()) {
			case BROADCAST -> Verdict.YES;
			case USER -> names.contains(stream.user()) ? Verdict.YES : Verdict.NO;
			case TOPIC -> topicVerdict(publication, stream);
			case CONNECTION -> names.contains(String.valueOf(stream.connectionId())) ? Verdict.YES : Verdict.NO;
		};
	}

	private static Verdict topicVerdict(Publication publication, ClientStream stream) {
		Verdict any = Verdict.NO;
		for (String topic : publication.target().names()) {
			Verdict verdict = subscribed(topic, publication, stream);
			if (verdict == Verdict.YES) {
				return verdict;
			}
			any = (verdict == Verdict.MAYBE) ? verdict : any;
		}
		return any;
	}

	private static Verdict subscribed(String topic, Publication publication, ClientStream stream) {
		boolean subscribed = stream.topics().contains(topic);
		for (TopicChange change : stream.changes()) {
			if (!change.topic().equals(topic) || change.start() > publication.end()) {
				continue;
			}
			if (change.end() < publication.start()) {
				subscribed = change.subscribed();
			}
			else if (change.subscribed() != subscribed) {
				return Verdict.MAYBE;
			}
		}
		return subscribed ? Verdict.YES : Verdict.NO;
	}

	/** Conflating takes only what a newer event of the same key follows. */
	private void checkSuperseded(ClientStream stream, List<Publication> missing, BitSet got) {
		for (Publication publication : missing) {
			boolean superseded = publication.isKept() && publication.key() != null
					&& this.kept.stream()
						.anyMatch((newer) -> publication.key().equals(newer.key())
								&& newer.offset() > publication.offset() && got.get(newer.number()));
			if (!superseded) {
				this.found.add("%s misses what nothing superseded: %s", stream, publication);
			}
		}
	}

	/**
	 * Compares what a stream misses with what the server says it dropped and wrote.
	 * @param account what the server's listener noted
	 */
	void checkCounts(ClientStream stream, ConnectionLedger.Account account) {
		checkWritten(stream, account, this.found);
		CloseReason reason = account.reason();
		if (stream.end() != End.CUT && (reason == CloseReason.CLIENT_GONE || reason == CloseReason.ERROR)) {
			this.found.add("%s was there all the time: %s", stream, account);
		}
		long dropped = account.droppedByPolicy();
		boolean tooFew = dropped < stream.missing();
		boolean tooMany = stream.end() == End.NONE && dropped > stream.missing() + stream.maybeMissing();
		if (tooFew || tooMany) {
			this.found.add("%s misses %d events, perhaps %d more, but %d were dropped: %s", stream, stream.missing(),
					stream.maybeMissing(), dropped, account);
		}
	}

	/**
	 * Everything that was written has to be read, unless the stream was cut. Then a write
	 * may have failed of which the client has read something.
	 */
	static void checkWritten(ClientStream stream, ConnectionLedger.Account account, Discrepancies found) {
		boolean lost = stream.end() == End.CUT || stream.end() == End.BROKEN;
		boolean tooMany = stream.read() > account.messages() + account.droppedAtTheEnd();
		if (lost ? tooMany : stream.read() != account.messages()) {
			found.add("%s read %d events: %s", stream, stream.read(), account);
		}
	}

	/**
	 * What a stream did not get.
	 */
	private final class Missing {

		private final ClientStream stream;

		private final List<Publication> definite = new ArrayList<>();

		private long maybe;

		Missing(ClientStream stream) {
			this.stream = stream;
		}

		void add(Publication publication, Verdict verdict) {
			if (verdict == Verdict.MAYBE) {
				this.maybe++;
			}
			else if (verdict == Verdict.YES) {
				this.definite.add(publication);
				if (RoundCheck.this.policy == OverflowPolicy.DISCONNECT) {
					RoundCheck.this.found.add("%s misses %s", this.stream, publication);
				}
			}
		}

	}

}
