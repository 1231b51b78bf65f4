package io.github.ssehub.benchmarks.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * Reads a response with an event stream, piece by piece: HTTP/1.1 head, chunks (RFC 9112,
 * section 7.1), lines. Looks at no more of an event than it has to, so that one client
 * thread keeps up with any server. An event that was cut off before its empty line has
 * not come, and neither has its id (WHATWG HTML, section 9.2.6).
 */
public final class StreamDecoder {

	private enum State {

		HEAD, CHUNK_SIZE, CHUNK, CHUNK_END, UNCHUNKED, OVER

	}

	private static final int NONE = -1;

	private static final byte[] DATA = "data:".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] ID = "id:".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] EVENT = "event:".getBytes(StandardCharsets.US_ASCII);

	private final StreamListener listener;

	private State state = State.HEAD;

	private byte[] carry = new byte[0];

	private int carried;

	private int remaining;

	private byte[] id = new byte[48];

	private int idLength;

	/** The id of the event that is being read, when it has one. */
	private byte[] nextId = new byte[48];

	private int nextIdLength = NONE;

	/** The name of the event that is being read, when it is none of the benchmark. */
	private @Nullable String name;

	private String data = "";

	private int dataLength = NONE;

	private long sequence;

	private long nanos;

	/**
	 * Creates a decoder for one response.
	 * @param listener told what comes
	 */
	public StreamDecoder(StreamListener listener) {
		this.listener = listener;
	}

	/**
	 * Reads on.
	 * @param bytes holds what comes next
	 * @param offset where it begins
	 * @param length how much it is; may be cut anywhere
	 */
	public void decode(byte[] bytes, int offset, int length) {
		int position = offset;
		int end = offset + length;
		while (position < end) {
			position = switch (this.state) {
				case HEAD -> head(bytes, position, end);
				case CHUNK_SIZE -> chunkSize(bytes, position, end);
				case CHUNK -> chunk(bytes, position, end);
				case CHUNK_END -> chunkEnd(bytes, position);
				case UNCHUNKED -> lines(bytes, position, end);
				case OVER -> end;
			};
		}
	}

	private int head(byte[] bytes, int from, int end) {
		for (int i = from; i < end; i++) {
			keep(bytes, i, i + 1);
			if (bytes[i] == '\n' && this.carried >= 4 && this.carry[this.carried - 3] == '\n') {
				String head = new String(this.carry, 0, this.carried, StandardCharsets.ISO_8859_1);
				this.carry = new byte[0];
				this.carried = 0;
				boolean chunked = head.toLowerCase(Locale.ROOT).contains("transfer-encoding: chunked");
				this.state = chunked ? State.CHUNK_SIZE : State.UNCHUNKED;
				this.listener.onHead(Integer.parseInt(head.substring(9, 12)), head);
				return i + 1;
			}
		}
		return end;
	}

	private int chunkSize(byte[] bytes, int from, int end) {
		for (int i = from; i < end; i++) {
			byte digit = bytes[i];
			if (digit == '\n') {
				this.state = (this.remaining > 0) ? State.CHUNK : State.OVER;
				if (this.state == State.OVER) {
					this.listener.onEnd();
				}
				return i + 1;
			}
			if (digit != '\r') {
				this.remaining = this.remaining * 16 + Character.digit(digit, 16);
			}
		}
		return end;
	}

	private int chunk(byte[] bytes, int from, int end) {
		int part = Math.min(this.remaining, end - from);
		lines(bytes, from, from + part);
		this.remaining -= part;
		if (this.remaining == 0) {
			this.state = State.CHUNK_END;
		}
		return from + part;
	}

	private int chunkEnd(byte[] bytes, int at) {
		if (bytes[at] == '\n') {
			this.state = State.CHUNK_SIZE;
		}
		return at + 1;
	}

	private int lines(byte[] bytes, int from, int end) {
		int start = from;
		for (int i = from; i < end; i++) {
			if (bytes[i] == '\n') {
				if (this.carried > 0) {
					keep(bytes, start, i);
					int length = this.carried;
					this.carried = 0;
					line(this.carry, 0, length);
				}
				else {
					line(bytes, start, i);
				}
				start = i + 1;
			}
		}
		if (start < end) {
			keep(bytes, start, end);
		}
		return end;
	}

	private void keep(byte[] bytes, int from, int to) {
		int length = to - from;
		if (this.carried + length > this.carry.length) {
			this.carry = Arrays.copyOf(this.carry, Math.max(this.carried + length, this.carry.length * 2));
		}
		System.arraycopy(bytes, from, this.carry, this.carried, length);
		this.carried += length;
	}

	private void line(byte[] bytes, int from, int end) {
		if (from == end) {
			dispatch();
		}
		else if (bytes[from] == 'd') {
			if (startsWith(bytes, from, end, DATA)) {
				data(bytes, value(bytes, from + DATA.length, end), end);
			}
		}
		else if (bytes[from] == 'i') {
			if (startsWith(bytes, from, end, ID)) {
				int start = value(bytes, from + ID.length, end);
				this.nextIdLength = Math.min(end - start, this.nextId.length);
				System.arraycopy(bytes, start, this.nextId, 0, this.nextIdLength);
			}
		}
		else if (bytes[from] == 'e' && startsWith(bytes, from, end, EVENT)) {
			name(bytes, value(bytes, from + EVENT.length, end), end);
		}
	}

	private void data(byte[] bytes, int from, int end) {
		this.dataLength = end - from;
		if (this.name != null) {
			this.data = new String(bytes, from, end - from, StandardCharsets.UTF_8);
			return;
		}
		int i = from;
		this.sequence = 0;
		while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
			this.sequence = this.sequence * 10 + bytes[i++] - '0';
		}
		if (i == from || i == end || bytes[i] != ' ') {
			this.dataLength = NONE;
			return;
		}
		i++;
		this.nanos = 0;
		while (i < end && bytes[i] >= '0' && bytes[i] <= '9') {
			this.nanos = this.nanos * 10 + bytes[i++] - '0';
		}
	}

	/** The benchmark's own events are called {@code b}, like their topic, or nothing. */
	private void name(byte[] bytes, int from, int end) {
		boolean benchmarkEvent = from < end && (bytes[from] == 'b' || bytes[from] == 't');
		this.name = benchmarkEvent ? null : new String(bytes, from, end - from, StandardCharsets.UTF_8);
	}

	private void dispatch() {
		if (this.nextIdLength != NONE) {
			byte[] last = this.id;
			this.id = this.nextId;
			this.idLength = this.nextIdLength;
			this.nextId = last;
			this.nextIdLength = NONE;
		}
		String name = this.name;
		int length = this.dataLength;
		this.name = null;
		this.dataLength = NONE;
		if (length == NONE) {
			return;
		}
		if (name == null) {
			this.listener.onEvent(this.sequence, this.nanos, length);
		}
		else if (name.equals("connected")) {
			this.listener.onConnected();
		}
		else {
			this.listener.onOther(name, this.data);
		}
	}

	private static boolean startsWith(byte[] bytes, int from, int end, byte[] prefix) {
		return end - from >= prefix.length
				&& Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
	}

	private static int value(byte[] bytes, int from, int end) {
		return (from < end && bytes[from] == ' ') ? from + 1 : from;
	}

	/**
	 * What a client sends as {@code Last-Event-ID} when it reconnects now.
	 * @return the id of the last event that had one, empty if none had
	 */
	public String lastId() {
		return new String(this.id, 0, this.idLength, StandardCharsets.US_ASCII);
	}

}
