package io.github.ssehub.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

import javax.sql.DataSource;

import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublication;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When an {@link SsePublication} is published, with the transactions of a real database.
 */
@ExtendWith(OutputCaptureExtension.class)
class TransactionTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SseAutoConfiguration.class))
		.withUserConfiguration(TransactionConfiguration.class);

	@ParameterizedTest
	@EnumSource
	void publishesAfterTheCommitAndNotBefore(Multicaster multicaster) {
		run(multicaster, (application) -> {
			application.inTransaction((status) -> {
				application.insert();
				application.publish("committed");
				assertThat(application.published()).isEmpty();
			});
			assertThat(application.published()).containsExactly("committed");
		});
	}

	@ParameterizedTest
	@EnumSource
	void publishesNothingAfterARollback(Multicaster multicaster) {
		run(multicaster, (application) -> {
			assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(() -> application.inTransaction((status) -> {
					application.insert();
					application.publish("rolled-back");
					throw new IllegalStateException("the order is wrong");
				}));
			assertThat(application.rows()).isZero();
			application.publish("later");
			assertThat(application.published()).containsExactly("later");
		});
	}

	@ParameterizedTest
	@EnumSource
	void publishesAtOnceWithoutATransactionAndWhenNotAskedToWait(Multicaster multicaster) {
		run(multicaster, (application) -> {
			application.publish("no-transaction");
			assertThat(application.published()).containsExactly("no-transaction");
			application.inTransaction((status) -> {
				application.events.publishEvent(SsePublication.now(Target.broadcast(), SseEvent.of("now", "x")));
				assertThat(application.published()).endsWith("now");
				status.setRollbackOnly();
			});
		});
	}

	@ParameterizedTest
	@EnumSource
	void publishesWhatACallbackOfTheCommitPublishes(Multicaster multicaster) {
		run(multicaster, (application) -> {
			application.inTransaction((status) -> {
				register(new TransactionSynchronization() {

					@Override
					public void beforeCommit(boolean readOnly) {
						application.publish("before-commit");
						assertThat(application.published()).isEmpty();
					}

					@Override
					public void afterCommit() {
						application.publish("after-commit");
					}

					@Override
					public void afterCompletion(int status) {
						application.publish("after-completion");
					}

				});
				application.publish("in-transaction");
			});
			assertThat(application.published()).containsExactlyInAnyOrder("before-commit", "in-transaction",
					"after-commit", "after-completion");
		});
	}

	@ParameterizedTest
	@EnumSource
	void publishesWhatAListenerOfTheTransactionPublishes(Multicaster multicaster) {
		run(multicaster, (application) -> {
			application.inTransaction((status) -> application.events.publishEvent(new Ordered("book")));
			assertThat(application.published()).containsExactly("committed-book");
			application.inTransaction((status) -> {
				application.events.publishEvent(new Ordered("pen"));
				status.setRollbackOnly();
			});
			assertThat(application.published()).containsExactly("committed-book", "rolled-back-pen");
		});
	}

	@Test
	void publishesWithTheInnerTransactionWhenItIsOnItsOwn() {
		run(Multicaster.SYNCHRONOUS, (application) -> {
			application.inTransaction((outer) -> {
				application.publish("outer");
				application.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW, (inner) -> application.publish("inner"));
				assertThat(application.published()).containsExactly("inner");
				application.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW, (inner) -> {
					application.publish("inner-rolled-back");
					inner.setRollbackOnly();
				});
			});
			assertThat(application.published()).containsExactly("inner", "outer");
			application.inTransaction((outer) -> {
				application.publish("outer-rolled-back");
				application.in(TransactionDefinition.PROPAGATION_REQUIRES_NEW,
						(inner) -> application.publish("inner-again"));
				outer.setRollbackOnly();
			});
			assertThat(application.published()).containsExactly("inner", "outer", "inner-again");
		});
	}

	@Test
	void publishesWithTheOuterTransactionWhatJoinedIt() {
		run(Multicaster.SYNCHRONOUS, (application) -> {
			application.inTransaction((outer) -> {
				application.inTransaction((inner) -> application.publish("joined"));
				assertThat(application.published()).isEmpty();
			});
			assertThat(application.published()).containsExactly("joined");
		});
	}

	/** The outer transaction commits, but the work that the event tells of is gone. */
	@Test
	void publishesNothingOfANestedTransactionThatIsRolledBack() {
		run(Multicaster.SYNCHRONOUS, (application) -> {
			application.inTransaction((outer) -> {
				application.publish("before");
				application.in(TransactionDefinition.PROPAGATION_NESTED, (nested) -> {
					application.insert();
					application.publish("nested");
					application.in(TransactionDefinition.PROPAGATION_NESTED,
							(innermost) -> application.publish("innermost"));
					nested.setRollbackOnly();
				});
				application.in(TransactionDefinition.PROPAGATION_NESTED, (nested) -> application.publish("kept"));
				application.publish("after");
			});
			assertThat(application.rows()).isZero();
			assertThat(application.published()).containsExactly("before", "kept", "after");
		});
	}

	@Test
	void publishesAtOnceWhileTheTransactionIsSuspended() {
		run(Multicaster.SYNCHRONOUS, (application) -> application.inTransaction((outer) -> {
			application.in(TransactionDefinition.PROPAGATION_NOT_SUPPORTED, (none) -> {
				assertThat(TransactionSynchronizationManager.isSynchronizationActive()).isTrue();
				application.publish("suspended");
			});
			assertThat(application.published()).containsExactly("suspended");
			outer.setRollbackOnly();
		}));
	}

	@Test
	void publishesAfterAReadOnlyTransaction() {
		run(Multicaster.SYNCHRONOUS, (application) -> {
			TransactionTemplate readOnly = new TransactionTemplate(application.manager);
			readOnly.setReadOnly(true);
			readOnly.executeWithoutResult((status) -> {
				application.publish("read");
				assertThat(application.published()).isEmpty();
			});
			assertThat(application.published()).containsExactly("read");
		});
	}

	@Test
	void warnsWhenNobodyKnowsWhetherTheTransactionHasCommitted(CapturedOutput output) {
		this.contextRunner.withAllowBeanDefinitionOverriding(true)
			.withUserConfiguration(LostCommitConfiguration.class)
			.run((context) -> {
				Application application = context.getBean(Application.class);
				assertThatExceptionOfType(TransactionSystemException.class)
					.isThrownBy(() -> application.inTransaction((status) -> application.publish("perhaps")));
				assertThat(application.published()).isEmpty();
				assertThat(output).contains("Nobody knows whether a transaction has committed");
			});
	}

	private void run(Multicaster multicaster, Consumer<Application> test) {
		WebApplicationContextRunner runner = (multicaster == Multicaster.ASYNCHRONOUS)
				? this.contextRunner.withUserConfiguration(AsynchronousConfiguration.class) : this.contextRunner;
		runner.run((context) -> test.accept(context.getBean(Application.class)));
	}

	private static void register(TransactionSynchronization synchronization) {
		TransactionSynchronizationManager.registerSynchronization(synchronization);
	}

	enum Multicaster {

		SYNCHRONOUS, ASYNCHRONOUS

	}

	record Ordered(String item) {
	}

	/**
	 * Publishes application events and records what reaches the publisher.
	 */
	record Application(ApplicationEventPublisher events, PlatformTransactionManager manager, JdbcTemplate jdbc,
			List<String> published) {

		void publish(String name) {
			this.events.publishEvent(SsePublication.afterCommit(Target.broadcast(), SseEvent.of(name, "x")));
		}

		void inTransaction(Consumer<TransactionStatus> action) {
			in(TransactionDefinition.PROPAGATION_REQUIRED, action);
		}

		void in(int propagation, Consumer<TransactionStatus> action) {
			TransactionTemplate template = new TransactionTemplate(this.manager);
			template.setPropagationBehavior(propagation);
			template.executeWithoutResult(action);
		}

		void insert() {
			this.jdbc.update("insert into orders values (1)");
		}

		int rows() {
			return this.jdbc.queryForList("select * from orders").size();
		}

		@TransactionalEventListener
		void onCommitted(Ordered ordered) {
			publish("committed-" + ordered.item());
		}

		@TransactionalEventListener(phase = TransactionPhase.AFTER_ROLLBACK)
		void onRolledBack(Ordered ordered) {
			publish("rolled-back-" + ordered.item());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class TransactionConfiguration {

		@Bean
		DataSource dataSource() {
			return new EmbeddedDatabaseBuilder().generateUniqueName(true).setType(EmbeddedDatabaseType.H2).build();
		}

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new DataSourceTransactionManager(dataSource);
		}

		@Bean
		Application application(ApplicationEventPublisher events, PlatformTransactionManager manager,
				DataSource dataSource) {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource);
			jdbc.execute("create table orders (id int)");
			return new Application(events, manager, jdbc, new CopyOnWriteArrayList<>());
		}

		@Bean
		SsePublisher publisher(ObjectProvider<Application> application) {
			return (target, event) -> {
				application.getObject().published().add(event.name());
				return null;
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AsynchronousConfiguration {

		@Bean(destroyMethod = "shutdownNow")
		ExecutorService listenerThread() {
			return Executors.newSingleThreadExecutor();
		}

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster(ExecutorService listenerThread) {
			SimpleApplicationEventMulticaster multicaster = new SimpleApplicationEventMulticaster();
			multicaster.setTaskExecutor(listenerThread);
			return multicaster;
		}

	}

	/**
	 * The connection is lost in the commit.
	 */
	@Configuration(proxyBeanMethods = false)
	static class LostCommitConfiguration {

		@Bean
		PlatformTransactionManager transactionManager(DataSource dataSource) {
			return new DataSourceTransactionManager(dataSource) {

				@Override
				protected void doCommit(DefaultTransactionStatus status) {
					throw new TransactionSystemException("the connection was lost");
				}

			};
		}

	}

}
