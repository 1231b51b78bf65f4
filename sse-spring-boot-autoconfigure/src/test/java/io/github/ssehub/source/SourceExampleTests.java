package io.github.ssehub.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

import io.github.ssehub.SseEvent;
import io.github.ssehub.Target;
import io.github.ssehub.autoconfigure.SseAutoConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.stereotype.Component;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The example of the documentation works and is the one that is documented.
 */
class SourceExampleTests {

	private final OrderBroker broker = new OrderBroker();

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, SseAutoConfiguration.class,
				SseSourceAutoConfiguration.class))
		.withBean(OrderBroker.class, () -> this.broker)
		.withBean(OrderSource.class);

	@Test
	void publishesWhatItGets() {
		this.contextRunner.run((context) -> {
			SseSources sources = context.getBean(SseSources.class);
			this.broker.send(new Order("alice", 4711));
			assertThat(sources.count("orders", SourceOutcome.PUBLISHED)).isOne();
			assertThat(sources.failure("orders")).isNull();
			this.broker.close();
			assertThat(sources.failure("orders")).isEqualTo("the broker is away");
		});
		assertThat(this.broker.isConnected()).isFalse();
	}

	@Test
	void isTheOneThatIsDocumented() throws IOException {
		String code = Files.readString(Path.of("src/test/java/io/github/ssehub/source/SourceExampleTests.java"));
		String example = code.substring(code.lastIndexOf("\t@Component"), code.lastIndexOf("\t// The end"))
			.replace("static class", "class")
			.replaceAll("(?m)^\t", "")
			.strip();
		assertThat(Files.readString(Path.of("../docs/reference/sources.md"))).contains(example);
	}

	private record Order(String user, int id) {
	}

	private static final class OrderBroker {

		private @Nullable Consumer<Order> consumer;

		void connect(Consumer<Order> consumer) throws IOException {
			this.consumer = consumer;
		}

		void send(Order order) {
			assertThat(this.consumer).isNotNull();
			this.consumer.accept(order);
		}

		boolean isConnected() {
			return this.consumer != null;
		}

		void close() {
			this.consumer = null;
		}

	}

	@Component
	static class OrderSource implements SseSource {

		private final OrderBroker broker;

		OrderSource(OrderBroker broker) {
			this.broker = broker;
		}

		@Override
		public String name() {
			return "orders";
		}

		@Override
		public void start(SourceSink sink) throws IOException {
			this.broker.connect((order) -> sink.publish(Target.user(order.user()), SseEvent.of("order", order)));
		}

		@Override
		public void stop() {
			this.broker.close();
		}

		@Override
		public void check() throws IOException {
			if (!this.broker.isConnected()) {
				throw new IOException("the broker is away");
			}
		}

	}

	// The end of the example.

}
