package io.github.ssehub.benchmarks.client;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * One stream of the load client. Lives through reconnects: the numbers of its events go
 * on.
 */
final class LoadConnection implements StreamListener {

	private final LoadStatistics statistics;

	private final String path;

	private final Group group;

	private StreamDecoder decoder = new StreamDecoder(this);

	private @Nullable SocketChannel channel;

	private @Nullable SelectionKey key;

	private long lastSequence;

	private boolean counted;

	private boolean open;

	private boolean ended;

	private long readNanos;

	LoadConnection(String path, Group group, LoadStatistics statistics) {
		this.path = path;
		this.group = group;
		this.statistics = statistics;
	}

	byte[] request(int port, String lastEventId) {
		String resume = lastEventId.isEmpty() ? "" : "Last-Event-ID: " + lastEventId + "\r\n";
		return ("GET " + this.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAccept: text/event-stream\r\n"
				+ resume + "\r\n")
			.getBytes(StandardCharsets.US_ASCII);
	}

	void connecting(SocketChannel channel, SelectionKey key) {
		this.channel = channel;
		this.key = key;
		this.decoder = new StreamDecoder(this);
		this.open = false;
		this.ended = false;
	}

	void send(byte[] request) throws IOException {
		ByteBuffer buffer = ByteBuffer.wrap(request);
		while (buffer.hasRemaining()) {
			channel().write(buffer);
		}
	}

	/**
	 * Reads what is there, once.
	 * @return whether the stream goes on
	 */
	boolean read(ByteBuffer buffer, byte[] bytes) throws IOException {
		buffer.clear();
		int length = channel().read(buffer);
		if (length <= 0) {
			return length == 0;
		}
		buffer.flip();
		buffer.get(bytes, 0, length);
		this.readNanos = System.nanoTime();
		this.decoder.decode(bytes, 0, length);
		this.statistics.publish();
		return !this.ended;
	}

	String lastEventId() {
		return this.decoder.lastId();
	}

	SocketChannel channel() {
		SocketChannel channel = this.channel;
		if (channel == null) {
			throw new IllegalStateException("Not connected");
		}
		return channel;
	}

	@Nullable SelectionKey key() {
		return this.key;
	}

	/**
	 * Closes without a trace: RST leaves no port in TIME_WAIT.
	 */
	void close() {
		SocketChannel channel = this.channel;
		if (channel == null) {
			return;
		}
		try {
			channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			channel.close();
		}
		catch (IOException ex) {
			// It is closed all the same.
		}
		this.channel = null;
		lost();
	}

	/** Leaves the count of open streams. */
	void lost() {
		if (this.open) {
			this.open = false;
			this.statistics.closed();
		}
	}

	Group group() {
		return this.group;
	}

	@Override
	public void onHead(int status, String head) {
		if (status == 200) {
			this.open = true;
			this.statistics.opened();
		}
		else {
			this.statistics.refused(status);
		}
	}

	@Override
	public void onConnected() {
		this.statistics.connected();
	}

	@Override
	public void onEvent(long sequence, long nanos, int length) {
		if (this.group == Group.SLOW) {
			return;
		}
		if (this.counted && sequence != this.lastSequence + 1) {
			this.statistics.outOfOrder(this.lastSequence, sequence);
		}
		this.counted = true;
		this.lastSequence = sequence;
		this.statistics.delivered(sequence);
		if (this.group == Group.OBSERVED) {
			this.statistics.took(this.readNanos - nanos);
		}
	}

	@Override
	public void onOther(String name, String data) {
		this.statistics.other(name);
	}

	@Override
	public void onEnd() {
		this.ended = true;
	}

}
