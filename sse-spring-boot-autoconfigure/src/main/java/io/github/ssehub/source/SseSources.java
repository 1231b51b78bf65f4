package io.github.ssehub.source;

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What there is to know about the sources of an application. Safe for use by any thread.
 */
public interface SseSources {

	/**
	 * The names of all sources.
	 * @return the names, in the order in which the sources are started
	 */
	Set<String> names();

	/**
	 * How many messages of a source had an outcome.
	 * @param name the name of the source
	 * @param outcome the outcome
	 * @return the number since the application began
	 */
	long count(String name, SourceOutcome outcome);

	/**
	 * Whether the sources are started, working or not.
	 * @return whether they are started and not stopped
	 */
	boolean isRunning();

	/**
	 * Why a source does not work.
	 * @param name the name of the source
	 * @return the reason, or {@code null} if it works or is stopped
	 */
	@Nullable String failure(String name);

}
