package io.github.ssehub.autoconfigure;

import java.util.HashSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Something that is done when the transaction of the current thread has committed, and
 * not if the transaction, or the nested one in which it was registered, is rolled back.
 * Loaded only when there are transactions.
 */
final class CommitAction implements TransactionSynchronization {

	private static final Log logger = LogFactory.getLog(CommitAction.class);

	private final Runnable action;

	private final Object subject;

	/** Those that were made after this was registered. */
	private final Set<Object> laterSavepoints = new HashSet<>();

	private boolean over;

	private CommitAction(Runnable action, Object subject) {
		this.action = action;
		this.subject = subject;
	}

	static boolean isTransactionActive() {
		return TransactionSynchronizationManager.isSynchronizationActive()
				&& TransactionSynchronizationManager.isActualTransactionActive();
	}

	/**
	 * Registers an action. A transaction has to be active.
	 * @param action what is done after the commit
	 * @param subject what the action is about, for the log
	 */
	static void register(Runnable action, Object subject) {
		TransactionSynchronizationManager.registerSynchronization(new CommitAction(action, subject));
	}

	@Override
	public void savepoint(Object savepoint) {
		this.laterSavepoints.add(savepoint);
	}

	@Override
	public void savepointRollback(Object savepoint) {
		this.over |= !this.laterSavepoints.contains(savepoint);
	}

	@Override
	public void afterCommit() {
		run();
	}

	/**
	 * What another callback registers after the commit is not called for the commit any
	 * more, but it is for the completion.
	 */
	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_COMMITTED) {
			run();
		}
		else if (status == STATUS_UNKNOWN && !this.over) {
			logger.warn(
					"Nobody knows whether a transaction has committed, so an event was not published: " + this.subject);
		}
	}

	private void run() {
		if (!this.over) {
			this.over = true;
			this.action.run();
		}
	}

}
