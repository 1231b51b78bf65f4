package io.github.ssehub.internal.hub;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

import io.github.ssehub.CloseReason;
import io.github.ssehub.DropReason;
import io.github.ssehub.Target;
import io.github.ssehub.internal.delivery.DeliveryCounters;
import io.github.ssehub.log.Replay;

/**
 * What happened since the start. The REST API, the metrics and the actuator all read
 * these, so they agree.
 */
public final class HubStatistics {

	/** One for each loop. */
	private final List<DeliveryCounters> delivered = new CopyOnWriteArrayList<>();

	private final LongAdder connected = new LongAdder();

	private final Map<CloseReason, LongAdder> disconnected = adders(CloseReason.class);

	private final Map<DropReason, LongAdder> dropped = adders(DropReason.class);

	private final Map<Target.Type, LongAdder> published = adders(Target.Type.class);

	private final LongAdder rejected = new LongAdder();

	private final Map<ReplayOutcome, LongAdder> replays = adders(ReplayOutcome.class);

	private final Map<Replay.Gap.Cause, LongAdder> gaps = adders(Replay.Gap.Cause.class);

	private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
		Map<E, LongAdder> adders = new EnumMap<>(type);
		for (E constant : type.getEnumConstants()) {
			adders.put(constant, new LongAdder());
		}
		return adders;
	}

	private static <E> LongAdder adder(Map<E, LongAdder> adders, E key) {
		LongAdder adder = adders.get(key);
		if (adder == null) {
			throw new IllegalArgumentException("Not counted: " + key);
		}
		return adder;
	}

	/**
	 * Where one more loop counts what it delivers.
	 */
	DeliveryCounters addLoop() {
		DeliveryCounters counters = new DeliveryCounters();
		this.delivered.add(counters);
		return counters;
	}

	void connected() {
		this.connected.increment();
	}

	void disconnected(CloseReason reason) {
		adder(this.disconnected, reason).increment();
	}

	void dropped(DropReason reason, int count) {
		adder(this.dropped, reason).add(count);
	}

	void published(Target.Type type) {
		adder(this.published, type).increment();
	}

	void publicationRejected() {
		this.rejected.increment();
	}

	void replay(ReplayOutcome outcome) {
		adder(this.replays, outcome).increment();
	}

	void gap(Replay.Gap.Cause cause) {
		adder(this.gaps, cause).increment();
	}

	/**
	 * How many connections were opened.
	 * @return the number
	 */
	public long totalConnections() {
		return this.connected.sum();
	}

	/**
	 * How many connections ended for a reason.
	 * @param reason the reason
	 * @return the number
	 */
	public long disconnects(CloseReason reason) {
		return adder(this.disconnected, reason).sum();
	}

	/**
	 * How many events were written, counted once for each connection.
	 * @return the number
	 */
	public long messagesDelivered() {
		return this.delivered.stream().mapToLong(DeliveryCounters::messages).sum();
	}

	/**
	 * How many bytes those events had.
	 * @return the number
	 */
	public long bytesDelivered() {
		return this.delivered.stream().mapToLong(DeliveryCounters::bytes).sum();
	}

	/**
	 * How many events were dropped for a reason, counted once for each connection.
	 * @param reason the reason
	 * @return the number
	 */
	public long drops(DropReason reason) {
		return adder(this.dropped, reason).sum();
	}

	/**
	 * How many events were published on this node to a kind of target, duplicates not
	 * counted.
	 * @param type the kind of target
	 * @return the number
	 */
	public long publications(Target.Type type) {
		return adder(this.published, type).sum();
	}

	/**
	 * How many events were not published because the delivery loops had no room.
	 * @return the number
	 */
	public long rejectedPublications() {
		return this.rejected.sum();
	}

	/**
	 * How many clients that wanted to resume met an outcome.
	 * @param outcome the outcome
	 * @return the number
	 */
	public long replays(ReplayOutcome outcome) {
		return adder(this.replays, outcome).sum();
	}

	/**
	 * How often entries were missing in the log that this node follows, so that all of
	 * its clients were told.
	 * @param cause why
	 * @return the number
	 */
	public long gaps(Replay.Gap.Cause cause) {
		return adder(this.gaps, cause).sum();
	}

}
