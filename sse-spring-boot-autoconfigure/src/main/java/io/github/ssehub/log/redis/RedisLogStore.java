package io.github.ssehub.log.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.redis.SharedConnection;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.LogLimits;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.Position;

import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.domain.Range;
import org.springframework.data.redis.connection.Limit;
import org.springframework.data.redis.connection.stream.ByteRecord;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.core.script.DefaultRedisScript;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.util.ClassUtils;

/**
 * What is done with a log in Redis, but for waiting for its entries. Whatever changes it
 * is one script, so it happens as a whole.
 */
final class RedisLogStore {

	/**
	 * How many kept entries stay in the stream at least, whatever the history: nodes read
	 * on from there after a short loss of their connection.
	 */
	static final int MIN_KEPT = 1000;

	/** How many ephemeral entries stay there at most. */
	static final int MAX_EPHEMERAL = 1000;

	/**
	 * How many times a hundred entries are removed at once, so that nothing waits for it.
	 */
	private static final int EXPIRE_ROUNDS = 20;

	/** No log gets there: numbers in a script are exact up to here. */
	private static final long BEYOND = 1L << 53;

	static final List<String> SCRIPTS = List.of("state", "append", "describe", "expire");

	@SuppressWarnings("rawtypes")
	private static final RedisScript<List> APPEND = new DefaultRedisScript<>(source("state") + source("append"),
			List.class);

	@SuppressWarnings("rawtypes")
	private static final RedisScript<List> DESCRIBE = new DefaultRedisScript<>(source("state") + source("describe"),
			List.class);

	private static final RedisScript<Long> EXPIRE = new DefaultRedisScript<>(source("expire"), Long.class);

	private final SharedConnection connection;

	private final RedisLogKeys keys;

	private final LogLimits limits;

	private final RedisTemplate<byte[], byte[]> template = new RedisTemplate<>();

	RedisLogStore(SharedConnection connection, RedisLogKeys keys, LogLimits limits) {
		this.connection = connection;
		this.keys = keys;
		this.limits = limits;
		this.template.setConnectionFactory(connection.factory());
		this.template.setEnableDefaultSerializer(false);
		this.template.setKeySerializer(RedisSerializer.byteArray());
		this.template.setValueSerializer(RedisSerializer.byteArray());
		this.template.afterPropertiesSet();
	}

	/**
	 * Where a script is on the class path.
	 */
	static String path(String script) {
		return ClassUtils.classPackageAsResourcePath(RedisLogStore.class) + "/" + script + ".lua";
	}

	private static String source(String script) {
		try {
			return new ClassPathResource(path(script), RedisLogStore.class.getClassLoader())
				.getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Appends a record.
	 * @param record the record
	 * @param seen the last position that this node has seen
	 */
	Appended append(LogRecord record, Position seen) {
		List<byte[]> keys = stateKeys();
		if (record.id() != null) {
			keys.add(this.keys.id(record.id()));
		}
		List<byte[]> arguments = stateArguments(seen);
		arguments.add(number(Math.max(this.limits.history(), MIN_KEPT)));
		arguments.add(number(this.limits.idempotencyWindow().toMillis()));
		arguments.add(number(record.ephemeral() ? MAX_EPHEMERAL : 0));
		arguments.addAll(EntryFields.of(record));
		List<byte[]> answer = run("Appending to", APPEND, keys, arguments);
		String position = EntryFields.text(answer.get(0));
		return new Appended(requirePosition(position), EntryFields.text(answer.get(1)).equals("1"));
	}

	private static Position requirePosition(String text) {
		Position position = Position.parse(text);
		if (position == null) {
			throw new EventLogException("Redis has no position but '%s'".formatted(text), null);
		}
		return position;
	}

	/**
	 * Looks where the log is, and begins a new life of it if it is lost.
	 * @param seen the last position that this node has seen
	 */
	RedisLogState state(Position seen) {
		List<byte[]> answer = run("Looking at", DESCRIBE, stateKeys(), stateArguments(seen));
		Position head = new Position(EntryFields.text(answer.get(0)), toLong(answer.get(1)));
		return new RedisLogState(head, toLong(answer.get(2)), toLong(answer.get(3)));
	}

	private List<byte[]> stateKeys() {
		List<byte[]> keys = new ArrayList<>();
		keys.add(this.keys.stream());
		keys.add(this.keys.state());
		keys.add(this.keys.ephemeral());
		return keys;
	}

	private static List<byte[]> stateArguments(Position seen) {
		List<byte[]> arguments = new ArrayList<>();
		arguments.add(EntryFields.bytes(seen.epoch()));
		arguments.add(number(seen.offset()));
		arguments.add(EntryFields.bytes(Position.start().epoch()));
		return arguments;
	}

	/**
	 * Begins a new life of the log, unless another node has done so.
	 * @param epoch the epoch that cannot be trusted any more
	 */
	void renew(String epoch) {
		state(new Position(epoch, BEYOND));
	}

	/**
	 * Reads entries of both kinds.
	 * @param from the least id
	 * @param to the greatest id
	 * @param count the greatest number of entries
	 */
	List<RedisLogEntry> range(String from, String to, int count) {
		RedisCallback<List<ByteRecord>> range = (connection) -> connection.streamCommands()
			.xRange(this.keys.stream(), Range.closed(from, to), Limit.limit().count(count));
		List<ByteRecord> records = call("Reading from", () -> this.template.execute(range));
		return records.stream().map(RedisLogStore::parse).toList();
	}

	static RedisLogEntry parse(ByteRecord record) {
		return EntryFields.parse(record.getId().getValue(), record.getValue());
	}

	/**
	 * Removes some of the entries that are too old.
	 */
	void expire(Duration maxAge) {
		for (int i = 0; i < EXPIRE_ROUNDS; i++) {
			Long removed = call("Trimming", () -> this.template.execute(EXPIRE, RedisSerializer.byteArray(), longs(),
					List.of(this.keys.stream()), (Object) number(maxAge.toMillis())));
			if (removed == 0) {
				return;
			}
		}
	}

	/** A number in an answer is one already. */
	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static RedisSerializer<Long> longs() {
		return (RedisSerializer) RedisSerializer.byteArray();
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private List<byte[]> run(String what, RedisScript<List> script, List<byte[]> keys, List<byte[]> arguments) {
		List<byte[]> answer = call(what, () -> (List<byte[]>) this.template.execute(script, RedisSerializer.byteArray(),
				(RedisSerializer) RedisSerializer.byteArray(), keys, arguments.toArray()));
		if (answer.get(0).length == 0) {
			throw new RedisKeyTakenException(EntryFields.text(answer.get(1)), EntryFields.text(answer.get(2)));
		}
		return answer;
	}

	private <T> T call(String what, Supplier<T> command) {
		try {
			return Objects.requireNonNull(this.connection.execute(command));
		}
		catch (DataAccessException ex) {
			throw new EventLogException("%s the log in Redis failed: %s".formatted(what, RedisClients.reason(ex)), ex);
		}
	}

	private static byte[] number(long value) {
		return EntryFields.bytes(Long.toString(value));
	}

	private static long toLong(byte[] number) {
		return Long.parseLong(EntryFields.text(number));
	}

}
