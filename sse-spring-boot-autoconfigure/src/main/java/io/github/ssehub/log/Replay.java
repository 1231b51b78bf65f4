package io.github.ssehub.log;

import java.util.List;
import java.util.Locale;

/**
 * What a log answers to a reader that resumes.
 */
public sealed interface Replay permits Replay.Entries, Replay.Gap, Replay.Unknown {

	/**
	 * Everything that comes next.
	 *
	 * @param entries the next entries, without a hole, at most as many as were asked for;
	 * empty when there are none
	 */
	record Entries(List<LogEntry> entries) implements Replay {
	}

	/**
	 * Some of what comes next is no longer there, so nothing is returned.
	 *
	 * @param cause why
	 */
	record Gap(Cause cause) implements Replay {

		/**
		 * Why entries are missing.
		 */
		public enum Cause {

			/**
			 * They were evicted.
			 */
			EVICTED,

			/**
			 * The position is from another life of the log.
			 */
			EPOCH;

			private final String tag = name().toLowerCase(Locale.ROOT);

			/**
			 * The name of this cause on the wire and in metrics.
			 * @return the name
			 */
			public String tag() {
				return this.tag;
			}

		}

	}

	/**
	 * The position is of this life of the log, but the log has never been there.
	 */
	record Unknown() implements Replay {
	}

}
