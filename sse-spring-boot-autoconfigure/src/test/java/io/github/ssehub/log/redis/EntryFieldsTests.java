package io.github.ssehub.log.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.Target;
import io.github.ssehub.log.LogRecord;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * During an upgrade nodes read entries of another release.
 */
class EntryFieldsTests {

	private static final byte[] FIELDS = EntryFields.bytes("data: a\n");

	private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

	@Test
	void readsWhatItHasWritten() {
		LogRecord record = new LogRecord(Target.topics(List.of("a", "b")), "test", "key", null, false, FIELDS,
				TRACEPARENT);
		assertThat(read(fields(record))).usingRecursiveComparison().isEqualTo(record);
	}

	@Test
	void readsAnEntryWithoutWhatCausedIt() {
		LogRecord record = new LogRecord(Target.broadcast(), "test", null, null, false, FIELDS);
		Map<String, byte[]> fields = fields(record);
		assertThat(fields).containsOnlyKeys("e", "t", "y", "n", "f");
		assertThat(read(fields)).usingRecursiveComparison().isEqualTo(record);
	}

	@Test
	void readsAnEntryWithFieldsOfALaterRelease() {
		LogRecord record = new LogRecord(Target.broadcast(), "test", null, null, false, FIELDS);
		Map<String, byte[]> fields = fields(record);
		fields.put("z", EntryFields.bytes("later"));
		fields.put("long", EntryFields.bytes("later"));
		assertThat(read(fields)).usingRecursiveComparison().isEqualTo(record);
	}

	private static Map<String, byte[]> fields(LogRecord record) {
		Map<String, byte[]> fields = new LinkedHashMap<>();
		fields.put("e", EntryFields.bytes("epoch"));
		fields.put("t", EntryFields.bytes("1"));
		List<byte[]> written = EntryFields.of(record);
		for (int i = 0; i < written.size(); i += 2) {
			fields.put(EntryFields.text(written.get(i)), written.get(i + 1));
		}
		return fields;
	}

	private static LogRecord read(Map<String, byte[]> fields) {
		Map<byte[], byte[]> raw = new LinkedHashMap<>();
		fields.forEach((name, value) -> raw.put(EntryFields.bytes(name), value));
		return EntryFields.parse("1-0", raw).record();
	}

}
