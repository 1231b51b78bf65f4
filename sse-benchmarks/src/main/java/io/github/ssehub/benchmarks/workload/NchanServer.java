package io.github.ssehub.benchmarks.workload;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.github.ssehub.benchmarks.server.Publications;
import io.github.ssehub.benchmarks.server.PublishOrder;
import io.github.ssehub.benchmarks.server.PublisherRun;

/**
 * nginx with nchan. Events are posted to it from this process, over one connection, as
 * there is no other way to publish to it.
 */
final class NchanServer implements RunningServer, Publications {

	static final Path MODULE = Path.of("/usr/lib/nginx/modules/ngx_nchan_module.so");

	private static final String CONFIGURATION = """
			load_module %1$s;
			daemon off;
			user root;
			worker_processes %4$d;
			worker_rlimit_nofile 20000;
			pid %2$s/nginx.pid;
			error_log %2$s/error.log warn;
			events { worker_connections 20000; }
			http {
			  access_log off;
			  nchan_shared_memory_size 512M;
			  keepalive_requests 100000000;
			  keepalive_timeout 1h;
			  server {
			    listen 127.0.0.1:%3$d backlog=4096;
			    location = /publish {
			      nchan_publisher;
			      nchan_channel_id $arg_channel;
			      nchan_message_buffer_length 4096;
			      nchan_message_timeout 5m;
			    }
			    location = /stream {
			      nchan_subscriber eventsource;
			      nchan_channel_id $arg_channel;
			      nchan_subscriber_first_message newest;
			      nchan_subscriber_timeout 0;
			    }
			  }
			}
			""";

	private final Process process;

	private final Path folder;

	private final int port;

	private final Socket publisher;

	private final byte[] answer = new byte[8192];

	private final PublisherRun run = new PublisherRun(this);

	NchanServer(int workers) {
		try {
			this.port = freePort();
			this.folder = Files.createTempDirectory("nchan");
			Path configuration = this.folder.resolve("nginx.conf");
			Files.writeString(configuration, CONFIGURATION.formatted(MODULE, this.folder, this.port, workers));
			this.process = new ProcessBuilder("nginx", "-e", this.folder.resolve("error.log").toString(), "-p",
					this.folder.toString(), "-c", configuration.toString())
				.redirectErrorStream(true)
				.redirectOutput(this.folder.resolve("nginx.out").toFile())
				.start();
			this.publisher = connect();
			this.publisher.setTcpNoDelay(true);
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

	private Socket connect() throws IOException {
		for (int i = 0; i < 100; i++) {
			try {
				return new Socket(InetAddress.getLoopbackAddress(), this.port);
			}
			catch (IOException ex) {
				LockSupport.parkNanos(50_000_000);
			}
		}
		throw new IOException("nginx did not start: " + Files.readString(this.folder.resolve("nginx.out")));
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public String path(PublishOrder.Kind kind, int client, int topic) {
		return "/stream?channel=" + switch (kind) {
			case BROADCAST -> "all";
			case TOPIC, HOT_TOPIC, COLD_TOPIC -> PublisherRun.topic(topic);
			case CLIENT -> "c" + client;
		};
	}

	@Override
	public void publish(PublishOrder order) {
		this.run.run(order);
	}

	@Override
	public void broadcast(String data) {
		post("all", data);
	}

	@Override
	public void toTopic(String topic, String data) {
		post(topic, data);
	}

	@Override
	public void toClient(int client, String data) {
		post("c" + client, data);
	}

	private void post(String channel, String data) {
		byte[] request = ("POST /publish?channel=" + channel
				+ " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: " + data.length()
				+ "\r\n\r\n" + data)
			.getBytes(StandardCharsets.US_ASCII);
		try {
			OutputStream output = this.publisher.getOutputStream();
			output.write(request);
			output.flush();
			readAnswer();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void readAnswer() throws IOException {
		InputStream input = this.publisher.getInputStream();
		int length = 0;
		while (true) {
			int read = input.read(this.answer, length, this.answer.length - length);
			if (read < 0) {
				throw new IOException("nginx closed the publisher's connection");
			}
			length += read;
			String text = new String(this.answer, 0, length, StandardCharsets.ISO_8859_1);
			int head = text.indexOf("\r\n\r\n");
			if (head < 0) {
				continue;
			}
			if (!text.startsWith("HTTP/1.1 20")) {
				throw new IOException("nginx answered " + text);
			}
			int field = text.indexOf("Content-Length: ");
			int body = (field < 0) ? 0 : Integer.parseInt(text.substring(field + 16, text.indexOf('\r', field)));
			if (length >= head + 4 + body) {
				return;
			}
		}
	}

	@Override
	public Duration cpu() {
		return Stream.concat(Stream.of(this.process.toHandle()), this.process.descendants())
			.map((handle) -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
			.reduce(Duration.ZERO, Duration::plus);
	}

	@Override
	public long[] takeCalls() {
		return this.run.takeCalls();
	}

	@Override
	public OptionalLong heap() {
		return OptionalLong.empty();
	}

	@Override
	public OptionalLong direct() {
		return OptionalLong.empty();
	}

	@Override
	public Map<String, Long> describe() {
		return Map.of();
	}

	@Override
	public void close() {
		try {
			this.publisher.close();
			this.process.destroy();
			if (!this.process.waitFor(20, TimeUnit.SECONDS)) {
				this.process.destroyForcibly().waitFor();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
