package io.github.ssehub.log;

import java.security.SecureRandom;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A place in an event log, written {@code <epoch>.<offset>} in {@code id:} and
 * {@code Last-Event-ID}. All of its characters are safe in a cross-origin request header
 * (anything else would cost a preflight on each reconnect).
 *
 * @param epoch names one life of the log: it changes when the log was lost or restarted,
 * so that an old position is noticed. 1 to 64 of {@code [0-9A-Za-z_~=-]}
 * @param offset counts the events of that life from 1; 0 is the place before the first
 */
public record Position(String epoch, long offset) {

	private static final SecureRandom RANDOM = new SecureRandom();

	private static final Pattern EPOCH = Pattern.compile("[0-9A-Za-z_~=-]{1,64}");

	private static final Pattern OFFSET = Pattern.compile("0|[1-9][0-9]{0,17}");

	/**
	 * Creates a position and checks its parts.
	 */
	public Position {
		if (!EPOCH.matcher(epoch).matches()) {
			throw new IllegalArgumentException("'epoch' must match " + EPOCH);
		}
		if (offset < 0) {
			throw new IllegalArgumentException("'offset' must not be negative but is " + offset);
		}
	}

	/**
	 * Reads a position as a client sends it, which may be anything.
	 * @param text the text
	 * @return the position, or {@code null} if the text is none
	 */
	public static @Nullable Position parse(String text) {
		int dot = text.indexOf('.');
		if (dot < 0 || text.length() > 128) {
			return null;
		}
		String epoch = text.substring(0, dot);
		String offset = text.substring(dot + 1);
		if (!EPOCH.matcher(epoch).matches() || !OFFSET.matcher(offset).matches()) {
			return null;
		}
		return new Position(epoch, Long.parseLong(offset));
	}

	/**
	 * The place before the first event of a new life of a log.
	 * @return a position with a random epoch
	 */
	public static Position start() {
		return new Position(Long.toString(RANDOM.nextLong(1L << 48, 1L << 49), Character.MAX_RADIX), 0);
	}

	/**
	 * The place in the same life of the log at another offset.
	 * @param offset the offset
	 * @return the position
	 */
	public Position at(long offset) {
		return new Position(this.epoch, offset);
	}

	@Override
	public String toString() {
		return this.epoch + "." + this.offset;
	}

}
