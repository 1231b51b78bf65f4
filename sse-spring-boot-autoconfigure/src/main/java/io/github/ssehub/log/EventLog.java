package io.github.ssehub.log;

import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * An ordered log of what is published. Its order is the order in which every connection
 * gets events.
 * <p>
 * Before it is started, every method but {@link #start} and {@link #close} throws an
 * {@link IllegalStateException}. An implementation is safe for use by any thread and
 * passes the {@code EventLogCompatibilityKit}.
 */
public interface EventLog extends AutoCloseable {

	/**
	 * Starts the log. Called once, and before every other method but {@link #close()}.
	 * @param tail gets each entry that is appended from now on. While it waits, the log
	 * of this node is held up: it drops no entry to go on. What a log elsewhere keeps
	 * meanwhile has bounds. When entries are gone before this node has read them, the
	 * tail is told of a gap in their place; of ephemeral ones that are gone nobody is
	 * told
	 * @return the place before the first entry that the tail gets. The tail may have that
	 * entry before this method has returned
	 * @throws IllegalStateException if the log was started before
	 */
	Position start(LogTail tail);

	/**
	 * Appends a record. When this returns the record has its position, and the tail has
	 * it or will have it, or will be told of a gap in its place, without anybody doing
	 * more. Kept records get consecutive offsets; an ephemeral one passes through in its
	 * order and gets none.
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
	 * @throws EventLogException if the log cannot be read at the moment
	 */
	Replay read(Position after, Position upTo, int limit);

	/**
	 * Reads kept entries as {@link #read} does, if that needs to wait for nothing.
	 * Delivery loops read by this method alone.
	 * @param after the position before the first entry wanted
	 * @param upTo the position of the last entry wanted
	 * @param limit the greatest number of entries to return, at least 1
	 * @return what {@link #read} returns, or {@code null} if only that method can tell
	 */
	@Nullable Replay readNow(Position after, Position upTo, int limit);

	/**
	 * How the nodes that share this log talk to each other.
	 * @return the channel, always the same one; empty for a log of a single node
	 */
	default Optional<NodeChannel> nodeChannel() {
		return Optional.empty();
	}

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
