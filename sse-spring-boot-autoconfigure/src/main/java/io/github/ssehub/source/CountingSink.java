package io.github.ssehub.source;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import io.github.ssehub.TopicsDisabledException;

/**
 * The sink of one source.
 */
final class CountingSink implements SourceSink {

	private final String source;

	private final SsePublisher publisher;

	private final MessageReader reader;

	private final InvalidMessages invalid;

	private final RejectedMessages rejected;

	private final AtomicLongArray counts = new AtomicLongArray(SourceOutcome.values().length);

	CountingSink(String source, SsePublisher publisher, MessageReader reader, LongSupplier nanoTime) {
		this.source = source;
		this.publisher = publisher;
		this.reader = reader;
		this.invalid = new InvalidMessages(source, nanoTime);
		this.rejected = new RejectedMessages(source, nanoTime);
	}

	@Override
	public SourceOutcome publish(Target target, SseEvent event) {
		return publish(this.source, target, event);
	}

	@Override
	public SourceOutcome publishJson(String origin, byte[] message) {
		try {
			SourceMessage read = this.reader.read(message);
			return publish(origin, read.target(), read.event());
		}
		catch (InvalidMessageException ex) {
			return invalid(origin, ex);
		}
	}

	private SourceOutcome publish(String origin, Target target, SseEvent event) {
		try {
			boolean duplicate = this.publisher.publish(target, event).duplicate();
			return count(duplicate ? SourceOutcome.DUPLICATE : SourceOutcome.PUBLISHED);
		}
		catch (IllegalArgumentException | TopicsDisabledException ex) {
			return invalid(origin, ex);
		}
		catch (RuntimeException ex) {
			reject(reason(ex));
			return SourceOutcome.REJECTED;
		}
	}

	@Override
	public void reject(String reason) {
		count(SourceOutcome.REJECTED);
		this.rejected.add(reason);
	}

	private SourceOutcome invalid(String origin, Exception exception) {
		this.invalid.add(origin, reason(exception));
		return count(SourceOutcome.INVALID);
	}

	static String reason(Throwable exception) {
		return (exception.getMessage() != null) ? exception.getMessage() : exception.toString();
	}

	private SourceOutcome count(SourceOutcome outcome) {
		this.counts.incrementAndGet(outcome.ordinal());
		return outcome;
	}

	long counted(SourceOutcome outcome) {
		return this.counts.get(outcome.ordinal());
	}

	/**
	 * Logs what has not been logged. Called now and then.
	 */
	void report() {
		this.invalid.report();
		this.rejected.report();
	}

}
