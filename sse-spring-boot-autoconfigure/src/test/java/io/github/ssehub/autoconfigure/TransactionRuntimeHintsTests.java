package io.github.ssehub.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A native image knows whether there are transactions.
 */
class TransactionRuntimeHintsTests {

	private final RuntimeHints hints = new RuntimeHints();

	@Test
	void registersTheClassThatIsLookedFor() {
		new TransactionRuntimeHints().registerHints(this.hints, getClass().getClassLoader());
		assertThat(RuntimeHintsPredicates.reflection().onType(TransactionSynchronizationManager.class))
			.accepts(this.hints);
	}

	@Test
	void registersNothingWithoutTransactions() {
		new TransactionRuntimeHints().registerHints(this.hints,
				new FilteredClassLoader(TransactionSynchronizationManager.class));
		assertThat(this.hints.reflection().typeHints()).isEmpty();
	}

	@Test
	void isImported() {
		assertThat(SseAutoConfiguration.class.getAnnotation(ImportRuntimeHints.class).value())
			.contains(TransactionRuntimeHints.class);
	}

}
