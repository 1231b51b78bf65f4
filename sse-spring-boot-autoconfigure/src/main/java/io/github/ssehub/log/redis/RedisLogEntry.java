package io.github.ssehub.log.redis;

import java.util.Arrays;

import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.Position;
import org.jspecify.annotations.Nullable;

/**
 * An entry as it is in Redis.
 *
 * @param epoch the life of the log it belongs to; empty if it cannot be read
 * @param offset its offset; of an ephemeral one, that of the last kept one before it
 * @param ephemeral 0 for a kept one, otherwise its number behind that offset
 * @param millis when it was appended, by the clock of Redis
 * @param record the record; {@code null} if it cannot be read
 */
record RedisLogEntry(String epoch, long offset, long ephemeral, long millis, @Nullable LogRecord record) {

	boolean kept() {
		return this.ephemeral == 0;
	}

	/**
	 * The offset of the last kept entry before this one.
	 */
	long before() {
		return kept() ? this.offset - 1 : this.offset;
	}

	/**
	 * The entry as this node has it.
	 * @param nanos since when, as {@link System#nanoTime()}
	 * @throws IllegalStateException if it cannot be read
	 */
	LogEntry received(long nanos) {
		if (this.record == null) {
			throw new IllegalStateException("Entry %d-%d cannot be read".formatted(this.offset, this.ephemeral));
		}
		return new LogEntry(new Position(this.epoch, this.offset), this.record, nanos);
	}

	/**
	 * Whether this is the very entry that another one is a copy of.
	 */
	boolean isSameAs(RedisLogEntry other) {
		return this.epoch.equals(other.epoch) && this.offset == other.offset && this.millis == other.millis
				&& this.record != null && other.record != null
				&& Arrays.equals(this.record.fields(), other.record.fields());
	}

}
