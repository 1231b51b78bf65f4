package io.github.ssehub.log.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.Target;
import io.github.ssehub.log.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * How a record is written into the fields of a stream entry. Each has a name of one
 * letter, since every entry carries them; {@code e} and {@code t}, the epoch and the time
 * of the append in milliseconds, are added by Redis.
 */
final class EntryFields {

	static final char EPOCH = 'e';

	static final char TIME = 't';

	/** The kind of target. */
	private static final char TYPE = 'y';

	/** Whom the target names, one in each line: no name has a line feed. */
	private static final char NAMES = 'w';

	private static final char NAME = 'n';

	private static final char KEY = 'k';

	private static final char FIELDS = 'f';

	private static final char TRACEPARENT = 'p';

	private EntryFields() {
	}

	/**
	 * The names and values of the fields of a record, in turns.
	 */
	static List<byte[]> of(LogRecord record) {
		List<byte[]> fields = new ArrayList<>();
		add(fields, TYPE, record.target().type().name());
		if (!record.target().names().isEmpty()) {
			add(fields, NAMES, String.join("\n", new TreeSet<>(record.target().names())));
		}
		add(fields, NAME, record.name());
		if (record.key() != null) {
			add(fields, KEY, record.key());
		}
		fields.add(bytes(String.valueOf(FIELDS)));
		fields.add(record.fields());
		if (record.traceparent() != null) {
			add(fields, TRACEPARENT, record.traceparent());
		}
		return fields;
	}

	private static void add(List<byte[]> fields, char name, String value) {
		fields.add(bytes(String.valueOf(name)));
		fields.add(bytes(value));
	}

	/**
	 * Reads an entry.
	 * @return the entry, without a record if it cannot be read: somebody else, or a newer
	 * release, has written it
	 */
	static RedisLogEntry parse(String id, Map<byte[], byte[]> fields) {
		int dash = id.indexOf('-');
		long offset = Long.parseLong(id.substring(0, dash));
		long ephemeral = Long.parseLong(id.substring(dash + 1));
		Map<Character, byte[]> values = new HashMap<>();
		fields.forEach((name, value) -> values.put((name.length == 1) ? (char) name[0] : ' ', value));
		try {
			String epoch = text(required(values, EPOCH));
			long millis = Long.parseLong(text(required(values, TIME)));
			return new RedisLogEntry(epoch, offset, ephemeral, millis, record(values, ephemeral > 0));
		}
		catch (IllegalArgumentException ex) {
			return new RedisLogEntry("", offset, ephemeral, 0, null);
		}
	}

	private static LogRecord record(Map<Character, byte[]> values, boolean ephemeral) {
		byte[] names = values.get(NAMES);
		Target target = new Target(Target.Type.valueOf(text(required(values, TYPE))),
				(names != null) ? Set.of(text(names).split("\n")) : Set.of());
		return new LogRecord(target, text(required(values, NAME)), optional(values, KEY), null, ephemeral,
				required(values, FIELDS), optional(values, TRACEPARENT));
	}

	private static @Nullable String optional(Map<Character, byte[]> values, char name) {
		byte[] value = values.get(name);
		return (value != null) ? text(value) : null;
	}

	private static byte[] required(Map<Character, byte[]> values, char name) {
		byte[] value = values.get(name);
		if (value == null) {
			throw new IllegalArgumentException("There is no field '%s'".formatted(name));
		}
		return value;
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
