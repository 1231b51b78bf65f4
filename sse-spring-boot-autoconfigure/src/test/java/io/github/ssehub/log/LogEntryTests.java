package io.github.ssehub.log;

import java.nio.charset.StandardCharsets;

import io.github.ssehub.Target;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link LogEntry}.
 */
class LogEntryTests {

	private static final byte[] FIELDS = "event: n\u00E9ws\nretry: 5\ndata: 1\ndata: \u20AC\n"
		.getBytes(StandardCharsets.UTF_8);

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	@Test
	void writesIdThenFieldsThenAnEmptyLine() {
		LogEntry entry = new LogEntry(new Position("e-1", 42), record(false), 7);
		assertThat(new String(entry.frame(), StandardCharsets.UTF_8))
			.isEqualTo("id: e-1.42\nevent: n\u00E9ws\nretry: 5\ndata: 1\ndata: \u20AC\n\n");
	}

	@Test
	void writesNoIdWhenEphemeral() {
		LogEntry entry = new LogEntry(new Position("e-1", 42), record(true), 7);
		assertThat(new String(entry.frame(), StandardCharsets.UTF_8))
			.isEqualTo("event: n\u00E9ws\nretry: 5\ndata: 1\ndata: \u20AC\n\n");
	}

	@Test
	void leavesTheFieldsOfTheRecordAlone() {
		LogRecord record = record(false);
		byte[] before = record.fields().clone();
		LogEntry entry = new LogEntry(new Position("e-1", 42), record, 7);
		entry.frame()[entry.frame().length - 2] = 'x';
		assertThat(record.fields()).isEqualTo(before);
	}

	@Test
	void hasThePropertiesOfItsRecord() {
		LogEntry entry = new LogEntry(new Position("e-1", 42), record(true), 7);
		assertThat(entry.position()).isEqualTo(new Position("e-1", 42));
		assertThat(entry.target()).isEqualTo(Target.topic("t"));
		assertThat(entry.name()).isEqualTo("n\u00E9ws");
		assertThat(entry.key()).isEqualTo("key");
		assertThat(entry.ephemeral()).isTrue();
		assertThat(entry.appendedNanos()).isEqualTo(7);
	}

	@Test
	void doesNotShowDataInItsText() {
		assertThat(new LogEntry(new Position("e-1", 42), record(false), 7).toString()).contains("e-1.42", "n\u00E9ws")
			.doesNotContain("\u20AC");
	}

	@Test
	void hasWhatCausedTheEventAndDoesNotWriteIt() {
		LogRecord plain = record(false);
		LogRecord traced = new LogRecord(plain.target(), plain.name(), plain.key(), plain.id(), plain.ephemeral(),
				plain.fields(), TRACEPARENT);
		Position position = new Position("e-1", 42);
		assertThat(new LogEntry(position, traced, 7).traceparent()).isEqualTo(TRACEPARENT);
		assertThat(new LogEntry(position, plain, 7).traceparent()).isNull();
		assertThat(new LogEntry(position, traced, 7).frame()).isEqualTo(new LogEntry(position, plain, 7).frame());
	}

	private static LogRecord record(boolean ephemeral) {
		return new LogRecord(Target.topic("t"), "n\u00E9ws", "key", "id-1", ephemeral, FIELDS);
	}

}
