package io.github.ssehub.log.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.github.ssehub.Target;
import io.github.ssehub.log.LogRecord;

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
		return fields;
	}

	private static void add(List<byte[]> fields, char name, String value) {
		fields.add(bytes(String.valueOf(name)));
		fields.add(bytes(value));
	}

	static RedisLogEntry parse(String id, Map<byte[], byte[]> fields) {
		int dash = id.indexOf('-');
		long offset = Long.parseLong(id.substring(0, dash));
		long ephemeral = Long.parseLong(id.substring(dash + 1));
		String epoch = "";
		long millis = 0;
		Target.Type type = Target.Type.BROADCAST;
		Set<String> names = Set.of();
		String name = "";
		String key = null;
		byte[] lines = {};
		for (Map.Entry<byte[], byte[]> field : fields.entrySet()) {
			byte[] value = field.getValue();
			switch (field.getKey()[0]) {
				case EPOCH -> epoch = text(value);
				case TIME -> millis = Long.parseLong(text(value));
				case TYPE -> type = Target.Type.valueOf(text(value));
				case NAMES -> names = Set.of(text(value).split("\n"));
				case NAME -> name = text(value);
				case KEY -> key = text(value);
				case FIELDS -> lines = value;
				default -> {
					// A newer node may write more.
				}
			}
		}
		LogRecord record = new LogRecord(new Target(type, names), name, key, null, ephemeral > 0, lines);
		return new RedisLogEntry(epoch, offset, ephemeral, millis, record);
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.UTF_8);
	}

}
