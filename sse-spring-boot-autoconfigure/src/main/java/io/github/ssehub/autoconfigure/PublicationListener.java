package io.github.ssehub.autoconfigure;

import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.util.ClassUtils;

/**
 * Publishes what the application publishes as an {@link SsePublication}, at once or after
 * the commit.
 */
class PublicationListener implements ApplicationListener<PayloadApplicationEvent<SsePublication>> {

	private static final Log logger = LogFactory.getLog(PublicationListener.class);

	private static final boolean TRANSACTIONS_PRESENT = ClassUtils.isPresent(
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			PublicationListener.class.getClassLoader());

	private final SsePublisher publisher;

	PublicationListener(SsePublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void onApplicationEvent(PayloadApplicationEvent<SsePublication> event) {
		SsePublication publication = event.getPayload();
		if (publication.afterCommit() && TRANSACTIONS_PRESENT && CommitAction.isTransactionActive()) {
			CommitAction.register(() -> publishCommitted(publication), publication);
		}
		else {
			publish(publication);
		}
	}

	/**
	 * The transaction is bound to the thread that publishes the application event.
	 * Another thread would find none, and would publish what is rolled back later.
	 */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	private void publish(SsePublication publication) {
		this.publisher.publish(publication.target(), publication.event());
	}

	/**
	 * The transaction is over: an exception would tell its caller that it failed.
	 */
	private void publishCommitted(SsePublication publication) {
		try {
			publish(publication);
		}
		catch (RuntimeException ex) {
			logger.error("An event was not published after the commit: " + publication, ex);
		}
	}

}
