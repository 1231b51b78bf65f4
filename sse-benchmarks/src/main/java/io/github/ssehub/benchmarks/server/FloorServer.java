package io.github.ssehub.benchmarks.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * A loop over bare sockets that writes the same bytes to each: no HTTP server, no queue,
 * no patience with who reads slowly. What it takes is what the system takes, so no server
 * can be below it while each event is a write of its own.
 */
public final class FloorServer implements Publications {

	private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
			+ "Transfer-Encoding: chunked\r\n\r\n";

	private final ServerSocketChannel acceptor = ServerSocketChannel.open();

	private final List<SocketChannel> all = new CopyOnWriteArrayList<>();

	private final Map<String, List<SocketChannel>> topics = new ConcurrentHashMap<>();

	private final Map<Integer, SocketChannel> clients = new ConcurrentHashMap<>();

	private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);

	private long ids;

	private FloorServer() throws IOException {
		this.acceptor.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
	}

	public static void main(String[] args) throws IOException {
		FloorServer server = new FloorServer();
		Thread thread = new Thread(server::accept, "accept");
		thread.setDaemon(true);
		thread.start();
		new ServerControl(server).run(((InetSocketAddress) server.acceptor.getLocalAddress()).getPort());
	}

	private void accept() {
		try {
			while (true) {
				open(this.acceptor.accept());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Reads the request, which comes at once. The stream is known before its head is
	 * written: the load client publishes when it has seen all heads.
	 */
	private void open(SocketChannel channel) throws IOException {
		channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		UriComponents uri = UriComponentsBuilder.fromUriString(readRequest(channel).split(" ")[1]).build();
		channel.configureBlocking(false);
		this.all.add(channel);
		String client = uri.getQueryParams().getFirst("client");
		if (client != null) {
			this.clients.put(Integer.valueOf(client), channel);
		}
		String topic = uri.getQueryParams().getFirst("topic");
		if (topic != null) {
			this.topics.computeIfAbsent(topic, (name) -> new CopyOnWriteArrayList<>()).add(channel);
		}
		String first = HEAD + chunk("event: connected\ndata: {}\n\n");
		channel.write(ByteBuffer.wrap(first.getBytes(StandardCharsets.US_ASCII)));
	}

	private static String readRequest(SocketChannel channel) throws IOException {
		ByteBuffer bytes = ByteBuffer.allocate(4096);
		String request = "";
		while (!request.endsWith("\r\n\r\n") && channel.read(bytes) > 0) {
			request = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
		}
		return request;
	}

	private static String chunk(String text) {
		return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
	}

	@Override
	public void broadcast(String data) {
		send(this.all, data);
	}

	@Override
	public void toTopic(String topic, String data) {
		send(this.topics.getOrDefault(topic, List.of()), data);
	}

	@Override
	public void toClient(int client, String data) {
		SocketChannel channel = this.clients.get(client);
		send((channel != null) ? List.of(channel) : List.of(), data);
	}

	private void send(List<SocketChannel> channels, String data) {
		String event = "id: " + (++this.ids) + "\nevent: b\ndata: " + data + "\n\n";
		this.buffer.clear();
		this.buffer.put(chunk(event).getBytes(StandardCharsets.US_ASCII)).flip();
		try {
			for (SocketChannel channel : channels) {
				this.buffer.rewind();
				channel.write(this.buffer);
				if (this.buffer.hasRemaining()) {
					throw new IllegalStateException("A client reads too slowly for the floor");
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
