package io.github.ssehub.log.redis;

import io.github.ssehub.log.LogEntry;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.Position;

/**
 * An entry as it is in Redis.
 *
 * @param epoch the life of the log it belongs to
 * @param offset its offset; of an ephemeral one, that of the last kept one before it
 * @param ephemeral 0 for a kept one, otherwise its number behind that offset
 * @param millis when it was appended, by the clock of Redis
 * @param record the record
 */
record RedisLogEntry(String epoch, long offset, long ephemeral, long millis, LogRecord record) {

	boolean kept() {
		return this.ephemeral == 0;
	}

	/**
	 * The offset of the last kept entry before this one.
	 */
	long before() {
		return kept() ? this.offset - 1 : this.offset;
	}

	LogEntry received() {
		return new LogEntry(new Position(this.epoch, this.offset), this.record, System.nanoTime());
	}

}
