package io.github.ssehub.web;

import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Explains why a server, or the firewall of Spring Security, does not take a path: their
 * own messages do not say what a client is to do.
 */
final class BadPath {

	/** What could mean another path than the one that was checked. */
	private static final Pattern AMBIGUOUS = Pattern.compile("%(2f|5c|25|3b|2e|00)|[;\\\\]|//|/\\.\\.?(/|$)");

	private static final Pattern TARGET = Pattern.compile("/(topics|users)/");

	private static final String DETAIL = "The server does not take this path: a name with '/', '\\', ';' or '%', and a name that is '.' or '..', cannot be part of it";

	private BadPath() {
	}

	/**
	 * Finds the explanation of a path that was answered with 400.
	 * @param path the path as the client sent it
	 * @return the explanation, or {@code null} if the path has nothing that a server
	 * refuses
	 */
	static @Nullable String detail(String path) {
		if (!AMBIGUOUS.matcher(path.toLowerCase(Locale.ROOT)).find()) {
			return null;
		}
		if (path.contains("/connections/")) {
			return DETAIL + ". Name the topic in the body of POST /subscriptions";
		}
		return TARGET.matcher(path).find() ? DETAIL + ". Name it in the body of POST /publish" : DETAIL;
	}

}
