package io.github.ssehub.log;

import java.nio.charset.StandardCharsets;

import io.github.ssehub.Target;
import org.jspecify.annotations.Nullable;

/**
 * A record at its place in the log. Immutable and shared by all connections it is
 * delivered to.
 */
public final class LogEntry {

	private final Position position;

	private final Target target;

	private final String name;

	private final @Nullable String key;

	private final boolean ephemeral;

	private final byte[] frame;

	private final @Nullable String traceparent;

	private final long appendedNanos;

	/**
	 * Creates an entry.
	 * @param position the place of the record; of an ephemeral one, the place of the last
	 * kept record before it
	 * @param record the record
	 * @param appendedNanos when this node had it, as {@link System#nanoTime()}
	 */
	public LogEntry(Position position, LogRecord record, long appendedNanos) {
		this.position = position;
		this.target = record.target();
		this.name = record.name();
		this.key = record.key();
		this.ephemeral = record.ephemeral();
		this.frame = frame(position, record);
		this.traceparent = record.traceparent();
		this.appendedNanos = appendedNanos;
	}

	private static byte[] frame(Position position, LogRecord record) {
		byte[] fields = record.fields();
		// An ephemeral event has no id: it must not move the place a client resumes from.
		byte[] id = record.ephemeral() ? new byte[0] : ("id: " + position + "\n").getBytes(StandardCharsets.ISO_8859_1);
		byte[] frame = new byte[id.length + fields.length + 1];
		System.arraycopy(id, 0, frame, 0, id.length);
		System.arraycopy(fields, 0, frame, id.length, fields.length);
		frame[frame.length - 1] = '\n';
		return frame;
	}

	/**
	 * The place of the entry; of an ephemeral one, the place of the last kept entry
	 * before it.
	 * @return the position
	 */
	public Position position() {
		return this.position;
	}

	/**
	 * Whom the event is for.
	 * @return the target
	 */
	public Target target() {
		return this.target;
	}

	/**
	 * The event name.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	/**
	 * What the event is about.
	 * @return the key or {@code null}
	 */
	public @Nullable String key() {
		return this.key;
	}

	/**
	 * Whether the event is not kept.
	 * @return whether it is ephemeral
	 */
	public boolean ephemeral() {
		return this.ephemeral;
	}

	/**
	 * The whole event as it goes to the wire, ended by an empty line. Must not be
	 * modified.
	 * @return the bytes
	 */
	public byte[] frame() {
		return this.frame;
	}

	/**
	 * What caused the event, for whoever traces its way.
	 * @return the W3C's {@code traceparent} or {@code null}
	 */
	public @Nullable String traceparent() {
		return this.traceparent;
	}

	/**
	 * When this node had the entry.
	 * @return a {@link System#nanoTime()}
	 */
	public long appendedNanos() {
		return this.appendedNanos;
	}

	@Override
	public String toString() {
		return "LogEntry[position=" + this.position + ", target=" + this.target + ", name=" + this.name + "]";
	}

}
