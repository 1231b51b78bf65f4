package io.github.ssehub;

/**
 * An event that an application publishes through Spring's
 * {@link org.springframework.context.ApplicationEventPublisher}, so that the code that
 * causes it need not know the starter:
 *
 * <pre class="code">
 * events.publishEvent(SsePublication.afterCommit(Target.user("alice"), SseEvent.of("order", order)));
 * </pre>
 *
 * What {@link SsePublisher} throws reaches whoever published the event. After a commit it
 * is logged instead and goes no further: an exception would tell its caller that the
 * transaction failed. That includes a {@link PublishRejectedException}. Code that has to
 * know whether the event was published calls the {@link SsePublisher} itself.
 *
 * @param target whom the event is for
 * @param event the event
 * @param afterCommit whether to wait until the transaction of the current thread has
 * committed; after a rollback of it, or of the nested one in which this is published,
 * nothing is published, and without a transaction it is published at once
 */
public record SsePublication(Target target, SseEvent event, boolean afterCommit) {

	/**
	 * Publishes at once, whatever becomes of the current transaction.
	 * @param target whom the event is for
	 * @param event the event
	 * @return the publication
	 */
	public static SsePublication now(Target target, SseEvent event) {
		return new SsePublication(target, event, false);
	}

	/**
	 * Publishes when the current transaction has committed.
	 * @param target whom the event is for
	 * @param event the event
	 * @return the publication
	 */
	public static SsePublication afterCommit(Target target, SseEvent event) {
		return new SsePublication(target, event, true);
	}

}
