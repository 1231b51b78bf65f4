package io.github.ssehub.autoconfigure;

import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.event.EventListener;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.util.ClassUtils;

/**
 * Publishes what an application publishes as an application event.
 */
class PublicationListener {

	private static final Log logger = LogFactory.getLog(PublicationListener.class);

	private static final boolean TRANSACTIONS_PRESENT = ClassUtils.isPresent(
			"org.springframework.transaction.support.TransactionSynchronizationManager",
			PublicationListener.class.getClassLoader());

	private final SsePublisher publisher;

	PublicationListener(SsePublisher publisher) {
		this.publisher = publisher;
	}

	@EventListener
	void onPublication(SsePublication publication) {
		if (publication.afterCommit() && TRANSACTIONS_PRESENT && Transaction.isActive()) {
			Transaction.afterCommit(() -> publishCommitted(publication));
		}
		else {
			publish(publication);
		}
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

	/**
	 * Loaded only when there are transactions.
	 */
	private static final class Transaction {

		static boolean isActive() {
			return TransactionSynchronizationManager.isSynchronizationActive()
					&& TransactionSynchronizationManager.isActualTransactionActive();
		}

		static void afterCommit(Runnable action) {
			TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {

				@Override
				public void afterCommit() {
					action.run();
				}

			});
		}

	}

}
