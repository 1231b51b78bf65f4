package io.github.ssehub.test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bytes of an event stream the way a browser does (WHATWG HTML, section 9.2.6).
 * It shares no code with the encoder, so that the two can disagree. Not safe for use by
 * several threads.
 */
public final class EventStreamParser {

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	private final ByteArrayOutputStream line = new ByteArrayOutputStream();

	private final StringBuilder data = new StringBuilder();

	private final List<SseRecorder.Event> events = new ArrayList<>();

	private final List<String> comments = new ArrayList<>();

	private boolean firstLine = true;

	private boolean lineFeedToSkip;

	private String name = "";

	private String idBuffer = "";

	private String lastEventId = "";

	private String retry = "";

	/**
	 * Parses a whole stream.
	 * @param bytes the stream
	 * @return the events a browser dispatches
	 */
	public static List<SseRecorder.Event> parse(byte[] bytes) {
		EventStreamParser parser = new EventStreamParser();
		parser.feed(bytes);
		return parser.takeEvents();
	}

	/**
	 * Reads on.
	 * @param bytes what comes next; lines may be cut anywhere
	 */
	public void feed(byte[] bytes) {
		for (byte next : bytes) {
			boolean skipped = this.lineFeedToSkip && next == '\n';
			this.lineFeedToSkip = next == '\r';
			if (skipped) {
				continue;
			}
			if (next == '\n' || next == '\r') {
				endLine();
			}
			else {
				this.line.write(next);
			}
		}
	}

	private void endLine() {
		byte[] bytes = this.line.toByteArray();
		this.line.reset();
		boolean marked = this.firstLine && bytes.length >= 3 && bytes[0] == BYTE_ORDER_MARK[0]
				&& bytes[1] == BYTE_ORDER_MARK[1] && bytes[2] == BYTE_ORDER_MARK[2];
		this.firstLine = false;
		int start = marked ? BYTE_ORDER_MARK.length : 0;
		String text = new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8);
		if (text.isEmpty()) {
			dispatch();
			return;
		}
		int colon = text.indexOf(':');
		if (colon == 0) {
			this.comments.add(text.substring(1).stripLeading());
			return;
		}
		String value = (colon < 0) ? "" : text.substring(colon + 1);
		process((colon < 0) ? text : text.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
	}

	private void process(String field, String value) {
		switch (field) {
			case "event" -> this.name = value;
			case "data" -> this.data.append(value).append('\n');
			case "id" -> this.idBuffer = (value.indexOf('\0') < 0) ? value : this.idBuffer;
			case "retry" -> this.retry = value.matches("[0-9]+") ? value : this.retry;
			default -> {
			}
		}
	}

	private void dispatch() {
		this.lastEventId = this.idBuffer;
		if (!this.data.isEmpty()) {
			this.data.setLength(this.data.length() - 1);
			this.events.add(new SseRecorder.Event(this.lastEventId, this.name.isEmpty() ? "message" : this.name,
					this.data.toString()));
		}
		this.data.setLength(0);
		this.name = "";
	}

	/**
	 * The events that came since the last call.
	 * @return the events
	 */
	public List<SseRecorder.Event> takeEvents() {
		List<SseRecorder.Event> taken = List.copyOf(this.events);
		this.events.clear();
		return taken;
	}

	/**
	 * The comments that came.
	 * @return the comments
	 */
	public List<String> comments() {
		return List.copyOf(this.comments);
	}

	/**
	 * What a browser sends as {@code Last-Event-ID} when it reconnects now.
	 * @return the last event id, empty if there is none
	 */
	public String lastEventId() {
		return this.lastEventId;
	}

	/**
	 * The reconnection time.
	 * @return the milliseconds as they were written, empty if there were none
	 */
	public String retry() {
		return this.retry;
	}

}
