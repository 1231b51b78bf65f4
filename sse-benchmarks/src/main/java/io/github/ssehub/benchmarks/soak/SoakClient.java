package io.github.ssehub.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * A client that lives through reconnects. Told what to do by the driver, on the
 * {@link ClientLoop}.
 */
final class SoakClient {

	/** The name that every filter lets pass. */
	static final String UNFILTERED_NAME = "t";

	private static final int TOPICS = 8;

	private final int number;

	private final Ticks ticks;

	private final LogIds ids;

	private final Discrepancies found;

	private final Set<String> events;

	/** The streams of this round that are over. */
	private final List<ClientStream> ended = new ArrayList<>();

	private final Map<ClientStream.End, Integer> ends = new TreeMap<>();

	private volatile @Nullable ClientStream stream;

	private volatile String lastId = "";

	private Set<String> topics;

	private volatile boolean stalled;

	SoakClient(int number, Ticks ticks, LogIds ids, Discrepancies found) {
		this.number = number;
		this.ticks = ticks;
		this.ids = ids;
		this.found = found;
		this.events = (number % 5 == 0) ? Set.of(UNFILTERED_NAME) : Set.of();
		this.topics = (number % 7 == 0) ? Set.of() : new TreeSet<>(List.of(topic(number), topic(number / 3)));
	}

	static String topic(int number) {
		return "topic-" + number % TOPICS;
	}

	/** Two or three clients are one user. */
	String user() {
		return "user-" + this.number / 3;
	}

	boolean hasSmallBuffer() {
		return this.number % 3 != 0;
	}

	Set<String> events() {
		return this.events;
	}

	/**
	 * Connects, resuming from where the last stream was.
	 */
	void connect(ClientLoop loop) {
		ClientStream stream = new ClientStream(this, this.topics, this.lastId, this.ticks, this.ids, this.found);
		this.stalled = false;
		this.stream = stream;
		stream.open(loop);
	}

	/**
	 * Has the next stream resume from somewhere else.
	 */
	void setLastId(String lastId) {
		this.lastId = lastId;
	}

	void cut(boolean reset) {
		ClientStream stream = this.stream;
		if (stream != null) {
			stream.cut(reset);
		}
	}

	void setStalled(boolean stalled) {
		this.stalled = stalled;
		ClientStream stream = this.stream;
		if (stream != null) {
			stream.setStalled(stalled);
		}
	}

	void over(ClientStream stream) {
		this.ends.merge(stream.end(), 1, Integer::sum);
		this.ended.add(stream);
		this.topics = stream.currentTopics();
		if (stream.end() == ClientStream.End.NO_STREAM) {
			this.lastId = "";
		}
		else if (!stream.lastId().isEmpty()) {
			this.lastId = stream.lastId();
		}
		this.stream = null;
	}

	/**
	 * The streams of this round, the present one last.
	 */
	List<ClientStream> streams() {
		List<ClientStream> streams = new ArrayList<>(this.ended);
		ClientStream stream = this.stream;
		if (stream != null) {
			streams.add(stream);
		}
		return streams;
	}

	/**
	 * Forgets a round that was checked.
	 * @param over the streams that had ended
	 * @param marker the end of the round
	 */
	void forget(Set<ClientStream> over, long marker) {
		this.ended.removeIf(over::contains);
		streams().forEach((stream) -> stream.forget(marker));
	}

	@Nullable ClientStream stream() {
		return this.stream;
	}

	@Nullable ClientStream connectedStream() {
		ClientStream stream = this.stream;
		return (stream != null && stream.isConnected()) ? stream : null;
	}

	/**
	 * Whether the client has all there is up to an offset.
	 */
	boolean hasPassed(long offset) {
		ClientStream stream = this.stream;
		return (stream != null) ? stream.isConnected() && stream.lastOffset() >= offset
				: !this.ids.isMade(this.lastId) && this.ids.offset(this.lastId) >= offset;
	}

	boolean isAway() {
		return this.stream == null;
	}

	boolean isStalled() {
		return this.stalled && this.stream != null;
	}

	Map<ClientStream.End, Integer> ends() {
		return this.ends;
	}

	@Override
	public String toString() {
		return "client " + this.number;
	}

}
