package io.github.ssehub.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Random;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Names a node: by what an operator recognises, and a random end, so that two nodes never
 * have the same id, also when one host runs both or one takes the place of the other.
 */
final class NodeId {

	private static final Pattern VALID = Pattern.compile("[0-9A-Za-z._-]{1,128}");

	private static final int MAX_NAME_LENGTH = 64;

	private static final int RANDOM_LENGTH = 6;

	private NodeId() {
	}

	/**
	 * Makes an id.
	 * @param name what it begins with, or {@code null} for the name of the host
	 */
	static String create(@Nullable String name, Random random) {
		String start = ((name != null) ? name : hostName()).replaceAll("[^0-9A-Za-z._-]", "-");
		StringBuilder id = new StringBuilder(start);
		id.setLength(Math.min(id.length(), MAX_NAME_LENGTH));
		id.append('-');
		for (int i = 0; i < RANDOM_LENGTH; i++) {
			id.append(Character.forDigit(random.nextInt(Character.MAX_RADIX), Character.MAX_RADIX));
		}
		return id.toString();
	}

	static boolean isValid(@Nullable String id) {
		return id != null && VALID.matcher(id).matches();
	}

	private static String hostName() {
		String name = System.getenv("HOSTNAME");
		if (name != null && !name.isBlank()) {
			return name;
		}
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "node";
		}
	}

}
