package io.github.ssehub.benchmarks.soak;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.ssehub.benchmarks.client.StreamDecoder;
import io.github.ssehub.benchmarks.client.StreamListener;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a client: what it sent, what it got, in order, and how it ended. Changed
 * by the {@link ClientLoop}, except for the notes of the driver.
 */
final class ClientStream implements StreamListener {

	/** How a stream ended, as its client saw it. */
	enum End {

		/** It has not. */
		NONE,

		/** With the end of the body. */
		CLEAN,

		/** The same, after a {@code close} event. */
		FINAL,

		/** The server broke the connection. */
		BROKEN,

		/** The client closed or reset the connection. */
		CUT,

		/** With 204, or a refusal. */
		NO_STREAM

	}

	static final long UNKNOWN = -1;

	private static final Pattern CLIENT_ID = Pattern.compile("x-client-id: *([^\r\n]+)");

	private final SoakClient client;

	private final Ticks ticks;

	private final Discrepancies found;

	private final LogIds ids;

	private final String resumeId;

	private final long connectTick;

	private final StreamDecoder decoder = new StreamDecoder(this);

	private Set<String> topics;

	private final List<TopicChange> changes = new ArrayList<>();

	private @Nullable SocketChannel channel;

	private @Nullable SelectionKey key;

	private boolean stalled;

	private volatile @Nullable String connectionId;

	private volatile long connectedTick = Ticks.NEVER;

	private volatile long liveSince = Ticks.NEVER;

	private volatile long disconnectTick = Ticks.NEVER;

	/** After which place in the log this stream has to have what is for it. */
	private volatile long from = UNKNOWN;

	private volatile long lastOffset = UNKNOWN;

	private volatile End end = End.NONE;

	private @Nullable IOException brokenBy;

	private boolean closing;

	private boolean afresh;

	private int[] numbers = new int[16];

	private long[] offsets = new long[16];

	private int size;

	private volatile long read;

	private long missing;

	private long maybeMissing;

	ClientStream(SoakClient client, Set<String> topics, String resumeId, Ticks ticks, LogIds ids, Discrepancies found) {
		this.client = client;
		this.topics = topics;
		this.resumeId = resumeId;
		this.ticks = ticks;
		this.ids = ids;
		this.found = found;
		this.connectTick = ticks.next();
	}

	// On the loop

	void open(ClientLoop loop) {
		try {
			SocketChannel channel = SocketChannel.open();
			this.channel = channel;
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
			if (this.client.hasSmallBuffer()) {
				channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 * 1024);
			}
			this.key = loop.connect(channel, this);
		}
		catch (IOException ex) {
			broken(ex);
		}
	}

	void onConnectable() {
		SocketChannel channel = this.channel;
		SelectionKey key = this.key;
		if (channel == null || key == null) {
			return;
		}
		try {
			channel.finishConnect();
			ByteBuffer request = ByteBuffer.wrap(request().getBytes(StandardCharsets.US_ASCII));
			while (request.hasRemaining()) {
				channel.write(request);
			}
			key.interestOps(this.stalled ? 0 : SelectionKey.OP_READ);
		}
		catch (IOException ex) {
			broken(ex);
		}
	}

	private String request() {
		String resume = this.resumeId.isEmpty() ? "" : "Last-Event-ID: " + this.resumeId + "\r\n";
		return "GET /api/sse/connect?%s%s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s: %s\r\n%s\r\n".formatted(
				parameter("topics", this.topics), parameter("events", this.client.events()),
				SoakApplication.USER_HEADER, this.client.user(), resume);
	}

	private static String parameter(String name, Set<String> values) {
		return values.isEmpty() ? "" : name + "=" + String.join(",", values) + "&";
	}

	void onReadable(ByteBuffer buffer) {
		SocketChannel channel = this.channel;
		if (channel == null) {
			return;
		}
		try {
			buffer.clear();
			int length = channel.read(buffer);
			if (length < 0) {
				over(End.BROKEN);
				return;
			}
			decode(buffer.array(), length);
		}
		catch (IOException ex) {
			broken(ex);
		}
	}

	void decode(byte[] bytes, int length) {
		this.decoder.decode(bytes, 0, length);
	}

	private void broken(IOException cause) {
		this.brokenBy = cause;
		over(End.BROKEN);
	}

	/**
	 * Closes the client's end, with or without RST.
	 */
	void cut(boolean reset) {
		SocketChannel channel = this.channel;
		try {
			if (reset && channel != null) {
				channel.setOption(StandardSocketOptions.SO_LINGER, 0);
			}
		}
		catch (IOException ex) {
			// Then it is closed without.
		}
		over(End.CUT);
	}

	private void over(End end) {
		if (this.end == End.NONE) {
			this.end = end;
			this.client.over(this);
		}
		SocketChannel channel = this.channel;
		this.channel = null;
		if (channel != null) {
			try {
				channel.close();
			}
			catch (IOException ex) {
				// It is closed all the same.
			}
		}
	}

	/**
	 * Stops or goes on reading.
	 */
	void setStalled(boolean stalled) {
		this.stalled = stalled;
		SelectionKey key = this.key;
		if (key != null && key.isValid() && (key.interestOps() & SelectionKey.OP_CONNECT) == 0) {
			key.interestOps(stalled ? 0 : SelectionKey.OP_READ);
		}
	}

	@Override
	public void onHead(int status, String head) {
		Matcher matcher = CLIENT_ID.matcher(head.toLowerCase(Locale.ROOT));
		boolean over = this.ids.isFinal(this.resumeId);
		if (over && status == 204) {
			over(End.NO_STREAM);
		}
		else if (over || status != 200 || !matcher.find()) {
			this.found.add("%s was answered with status %d", this, status);
			over(End.NO_STREAM);
		}
		else {
			this.connectionId = matcher.group(1).trim();
		}
	}

	@Override
	public void onConnected() {
		String id = this.decoder.lastId();
		if (this.resumeId.isEmpty()) {
			this.afresh = true;
			this.liveSince = this.ticks.next();
		}
		else if (this.ids.isMade(this.resumeId)) {
			// A reset has to follow.
			this.connectedTick = this.ticks.next();
			return;
		}
		else if (!id.equals(this.resumeId)) {
			this.found.add("%s got 'connected' with the id '%s'", this, id);
		}
		begin(id);
	}

	private void begin(String id) {
		long offset = this.ids.offset(id);
		if (offset == UNKNOWN) {
			this.found.add("%s begins at '%s', which is no position", this, id);
			return;
		}
		this.lastOffset = offset;
		this.from = offset;
		this.connectedTick = this.ticks.next();
	}

	@Override
	public void onEvent(long number, long padding, int length) {
		long offset = this.ids.offset(this.decoder.lastId());
		if (this.from == UNKNOWN || this.closing) {
			this.found.add("%s got event %d %s", this, number, this.closing ? "after 'close'" : "before 'connected'");
		}
		else if (offset < this.lastOffset) {
			this.found.add("%s got event %d with position %d after position %d", this, number, offset, this.lastOffset);
		}
		if (!Draft.isWhole(number, padding, length)) {
			this.found.add("%s got event %d damaged: %d bytes of data", this, number, length);
		}
		if (this.size == this.numbers.length) {
			this.numbers = Arrays.copyOf(this.numbers, this.size * 2);
			this.offsets = Arrays.copyOf(this.offsets, this.size * 2);
		}
		this.numbers[this.size] = (int) number;
		this.offsets[this.size] = (offset > this.lastOffset) ? offset : 0;
		this.size++;
		this.read++;
		this.lastOffset = offset;
	}

	@Override
	public void onOther(String name, String data) {
		String id = this.decoder.lastId();
		if (name.equals("close") && this.ids.isFinal(id) && this.ids.offset(id) >= this.lastOffset) {
			this.closing = true;
			if (this.liveSince != Ticks.NEVER) {
				// Otherwise it may have been ended in the middle of its replay.
				this.lastOffset = this.ids.offset(id);
			}
		}
		else if (name.equals("reset") && this.ids.isMade(this.resumeId) && this.from == UNKNOWN) {
			this.afresh = true;
			this.liveSince = this.ticks.next();
			begin(id);
		}
		else {
			this.found.add("%s got '%s' with %s at '%s'", this, name, data, id);
		}
	}

	@Override
	public void onEnd() {
		over(this.closing ? End.FINAL : End.CLEAN);
	}

	/**
	 * Forgets the events of a round that was checked.
	 */
	void forget(long marker) {
		if (this.from == UNKNOWN) {
			return;
		}
		this.size = 0;
		this.numbers = new int[16];
		this.offsets = new long[16];
		this.afresh = false;
		this.topics = currentTopics();
		this.changes.clear();
		this.from = marker;
	}

	// Notes of the driver

	/**
	 * Notes a change of topics. On the loop, which takes the topics over to the next
	 * stream.
	 */
	void noteChange(TopicChange change) {
		this.changes.add(change);
	}

	void noteLive(long tick) {
		if (this.liveSince == Ticks.NEVER) {
			this.liveSince = tick;
		}
	}

	void noteDisconnect(long tick) {
		if (this.disconnectTick == Ticks.NEVER) {
			this.disconnectTick = tick;
		}
	}

	void noteMissing(long missing, long maybeMissing) {
		this.missing += missing;
		this.maybeMissing += maybeMissing;
	}

	// What can be seen

	Set<String> topics() {
		return this.topics;
	}

	Set<String> currentTopics() {
		return TopicChange.apply(this.topics, this.changes);
	}

	List<TopicChange> changes() {
		return this.changes;
	}

	Set<String> events() {
		return this.client.events();
	}

	String user() {
		return this.client.user();
	}

	String lastId() {
		return this.decoder.lastId();
	}

	@Nullable String connectionId() {
		return this.connectionId;
	}

	boolean isConnected() {
		return this.end == End.NONE && this.from != UNKNOWN;
	}

	/** Whether it is not known to resume from somewhere. */
	boolean isAfresh() {
		return this.afresh;
	}

	long connectTick() {
		return this.connectTick;
	}

	long connectedTick() {
		return this.connectedTick;
	}

	long liveSince() {
		return this.liveSince;
	}

	long disconnectTick() {
		return this.disconnectTick;
	}

	long from() {
		return this.from;
	}

	long lastOffset() {
		return this.lastOffset;
	}

	End end() {
		return this.end;
	}

	int size() {
		return this.size;
	}

	int number(int index) {
		return this.numbers[index];
	}

	/** The position of an event, 0 if it brought none. */
	long offset(int index) {
		return this.offsets[index];
	}

	long read() {
		return this.read;
	}

	long missing() {
		return this.missing;
	}

	long maybeMissing() {
		return this.maybeMissing;
	}

	@Override
	public String toString() {
		return "Stream of %s (connection %s, resumed from '%s', topics %s, changes %s, from %d to %d, end %s%s)"
			.formatted(this.client, this.connectionId, this.resumeId, this.topics, this.changes, this.from,
					this.lastOffset, this.end, (this.brokenBy != null) ? " by " + this.brokenBy : "");
	}

}
