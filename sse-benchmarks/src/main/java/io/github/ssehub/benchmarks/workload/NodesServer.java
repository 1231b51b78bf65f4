package io.github.ssehub.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

import io.github.ssehub.benchmarks.server.PublishOrder;
import io.github.ssehub.benchmarks.server.StarterServer;
import redis.embedded.RedisServer;

/**
 * Two nodes and the Redis they share: what is published on one goes to the clients of the
 * other.
 */
final class NodesServer implements RunningServer {

	private final RedisServer redis;

	private final JavaServer publishing;

	private final JavaServer delivering;

	NodesServer(List<String> jvmArguments, List<String> properties) {
		try {
			int port = freePort();
			this.redis = RedisServer.newRedisServer().port(port).setting("save \"\"").build();
			this.redis.start();
			List<String> arguments = Stream
				.concat(Stream.of("--sse.log.type=redis", "--spring.data.redis.port=" + port), properties.stream())
				.toList();
			this.publishing = new JavaServer(StarterServer.class, jvmArguments, arguments);
			this.delivering = new JavaServer(StarterServer.class, jvmArguments, arguments);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@Override
	public int port() {
		return this.delivering.port();
	}

	@Override
	public String path(PublishOrder.Kind kind, int client, int topic) {
		return this.delivering.path(kind, client, topic);
	}

	@Override
	public void publish(PublishOrder order) {
		this.publishing.publish(order);
	}

	/**
	 * That of both nodes, without Redis.
	 */
	@Override
	public Duration cpu() {
		return this.publishing.cpu().plus(this.delivering.cpu());
	}

	@Override
	public long[] takeCalls() {
		return this.publishing.takeCalls();
	}

	@Override
	public OptionalLong heap() {
		return this.delivering.heap();
	}

	@Override
	public OptionalLong direct() {
		return this.delivering.direct();
	}

	@Override
	public Map<String, Long> describe() {
		return this.delivering.describe();
	}

	@Override
	public void close() {
		this.publishing.close();
		this.delivering.close();
		try {
			this.redis.stop();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
