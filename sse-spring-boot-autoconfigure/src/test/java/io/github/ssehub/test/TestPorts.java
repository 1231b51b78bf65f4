package io.github.ssehub.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that stop and come back on the port they had.
 */
public final class TestPorts {

	private static final int LOWEST = 20_000;

	private static final int TRIES = 100;

	private TestPorts() {
	}

	/**
	 * Finds a port that nobody has. It is below those that the system gives to clients:
	 * one of them could take the port while its server is down.
	 */
	public static int free() {
		int end = firstOfClients();
		for (int i = 0; i < TRIES; i++) {
			try (ServerSocket socket = new ServerSocket(ThreadLocalRandom.current().nextInt(LOWEST, end))) {
				return socket.getLocalPort();
			}
			catch (IOException ex) {
				// Somebody has it.
			}
		}
		throw new IllegalStateException("No free port between %d and %d".formatted(LOWEST, end));
	}

	private static int firstOfClients() {
		Path range = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
		try {
			// Where there is no such file, this is where the registered ports end.
			int first = Files.exists(range) ? Integer.parseInt(Files.readString(range).strip().split("\\s+")[0])
					: 49_152;
			return Math.max(first, LOWEST + 1000);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
