package io.github.ssehub;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * An event was not published, because the delivery loops are so far behind that there was
 * no room for it within {@code sse.delivery.publish-timeout}. Nothing was appended to the
 * log, so nothing is lost but this event, and the caller still has it: publish it later,
 * or publish more slowly. When this happens often, raise {@code sse.delivery.threads};
 * for longer bursts raise {@code sse.delivery.inbox-events}. The status is 503.
 */
public class PublishRejectedException extends RetryLaterException {

	private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

	private final long backlog;

	/**
	 * Creates the exception.
	 * @param reason why the publisher does not wait any longer
	 * @param backlog how many events wait for the loop that is furthest behind
	 * @param cause what made the publisher stop waiting, or {@code null} if it was time
	 */
	public PublishRejectedException(String reason, long backlog, @Nullable Throwable cause) {
		super(503, RETRY_AFTER,
				("Nothing was published: %s. Up to %d events wait for a delivery loop. Publish later or more slowly, "
						+ "or raise sse.delivery.threads or sse.delivery.inbox-events")
					.formatted(reason, backlog),
				cause);
		this.backlog = backlog;
	}

	/**
	 * How far the delivery loops were behind.
	 * @return the number of events that waited for the loop that was furthest behind
	 */
	public long getBacklog() {
		return this.backlog;
	}

}
