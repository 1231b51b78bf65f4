package io.github.ssehub.benchmarks.server;

import java.util.Locale;

/**
 * What a server is told to publish, one line of text.
 *
 * @param target to whom
 * @param targets among how many topics or clients events go round
 * @param count how many events
 * @param perSecond how many each second, 0 for as fast as possible
 * @param bytes how long the data of each is
 */
public record PublishOrder(Kind target, int targets, long count, double perSecond, int bytes) {

	/**
	 * To whom.
	 */
	public enum Kind {

		/** Everybody. */
		BROADCAST,

		/** The subscribers of the next topic. */
		TOPIC,

		/** The next client. */
		CLIENT,

		/** The first topic, and in every 20th event the second one. */
		HOT_TOPIC,

		/** The second topic. */
		COLD_TOPIC

	}

	static PublishOrder parse(String line) {
		String[] parts = line.split(" ");
		return new PublishOrder(Kind.valueOf(parts[1].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[2]),
				Long.parseLong(parts[3]), Double.parseDouble(parts[4]), Integer.parseInt(parts[5]));
	}

	/**
	 * The line.
	 * @return the text that {@code parse} reads
	 */
	public String toLine() {
		return "publish %s %d %d %s %d".formatted(this.target.name().toLowerCase(Locale.ROOT), this.targets, this.count,
				this.perSecond, this.bytes);
	}

}
