package io.github.ssehub.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * {@link PublicationListener} looks for transactions by the name of a class, which a
 * native image finds only when it was told. It would publish before the commit.
 */
final class TransactionRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerTypeIfPresent(classLoader,
					"org.springframework.transaction.support.TransactionSynchronizationManager");
	}

}
