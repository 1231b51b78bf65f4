package io.github.ssehub.log;

import java.util.Map;
import java.util.function.Consumer;

/**
 * An ordered log of what is published. Its order is the order in which every connection
 * gets events.
 * <p>
 * An implementation is safe for use by any thread and passes the
 * {@code EventLogCompatibilityKit}.
 */
public interface EventLog extends AutoCloseable {

	/**
	 * Starts the log. Called once, before anything else.
	 * @param tail called for each entry that is appended from now on, wherever it was
	 * published, in the order of the log and never by two threads at once. It may wait
	 * for a moment when deliveries lag; that must hold up the log and lose nothing
	 */
	void start(Consumer<LogEntry> tail);

	/**
	 * Appends a record. When this returns the record has its position, and the tail has
	 * it or will have it without anybody doing more. Kept records get consecutive
	 * offsets; an ephemeral one passes through in its order and gets none.
	 * @param record the record
	 * @return where it is
	 * @throws EventLogException if the record was not appended, or the log cannot tell
	 * @throws IllegalStateException if the log is closed
	 */
	Appended append(LogRecord record);

	/**
	 * The position of the last kept record.
	 * @return the head; offset 0 of the current epoch when the log is empty
	 */
	Position head();

	/**
	 * Reads kept entries. All or nothing: when an entry between the two positions is
	 * gone, the answer is a {@link Replay.Gap}.
	 * @param after the position before the first entry wanted
	 * @param upTo the position of the last entry wanted
	 * @param limit the greatest number of entries to return, at least 1
	 * @return the entries in order, or why there are none
	 * @throws EventLogException if the log cannot be read
	 */
	Replay read(Position after, Position upTo, int limit);

	/**
	 * Whether {@link #read} answers from memory. A log that has to wait for something
	 * answers {@code false} and is not read from a delivery loop.
	 * @return whether reading is immediate
	 */
	boolean readsFromMemory();

	/**
	 * What an operator wants to know, such as the head and the number of kept entries.
	 * @return names in camel case and their values
	 * @throws EventLogException if the log does not work, with the cause as its message
	 */
	Map<String, Object> describe();

	/**
	 * Closes the log. The tail is not called once this has returned. Closing again does
	 * nothing.
	 */
	@Override
	void close();

}
