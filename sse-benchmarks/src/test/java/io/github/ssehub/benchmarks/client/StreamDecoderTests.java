package io.github.ssehub.benchmarks.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StreamDecoderTests {

	private static final String HEAD = "HTTP/1.1 200 OK\r\nX-Client-ID: c1\r\nTransfer-Encoding: chunked\r\n\r\n";

	private static final List<String> BLOCKS = List.of("retry: 3000\n\n",
			"id: e.0\nevent: connected\ndata: {\"client_id\":\"c1\"}\n\n", "id: e.1\nevent: b\ndata: 1 17 xxxx\n\n",
			": heartbeat\n\n", "event: t\ndata: 2 18 \n\nid: e.2\ndata: 3 19 xé\n\n:\n\n",
			"id: e.2.final\nevent: close\ndata: {\"reason\":\"disconnected\"}\n\n");

	private static final List<String> EXPECTED = List.of("head 200 with c1", "connected at e.0",
			"event 1 17 of 9 bytes at e.1", "event 2 18 of 5 bytes at e.1", "event 3 19 of 8 bytes at e.2",
			"close {\"reason\":\"disconnected\"} at e.2.final", "end");

	@Test
	void readsAResponseInOnePiece() {
		assertThat(decode(response(BLOCKS))).isEqualTo(EXPECTED);
	}

	@Test
	void readsTheSameWhereverAResponseIsSplitInTwo() {
		byte[] response = response(BLOCKS);
		for (int split = 0; split <= response.length; split++) {
			assertThat(decode(Arrays.copyOf(response, split), Arrays.copyOfRange(response, split, response.length)))
				.as("split at %d", split)
				.isEqualTo(EXPECTED);
		}
	}

	@Test
	void readsTheSameByteByByte() {
		byte[] response = response(BLOCKS);
		byte[][] pieces = new byte[response.length][];
		for (int i = 0; i < response.length; i++) {
			pieces[i] = new byte[] { response[i] };
		}
		assertThat(decode(pieces)).isEqualTo(EXPECTED);
	}

	@Test
	void readsTheSameWhereverTheBodyIsSplitIntoChunks() {
		byte[] body = String.join("", BLOCKS).getBytes(StandardCharsets.UTF_8);
		for (int split = 1; split < body.length; split++) {
			byte[] response = response(
					List.of(text(Arrays.copyOf(body, split)), text(Arrays.copyOfRange(body, split, body.length))),
					StandardCharsets.ISO_8859_1);
			assertThat(decode(response)).as("chunk of %d bytes", split).isEqualTo(EXPECTED);
		}
	}

	@Test
	void readsABodyThatIsNotChunked() {
		byte[] response = ("HTTP/1.1 200 OK\r\nX-Client-ID: c1\r\n\r\n" + String.join("", BLOCKS))
			.getBytes(StandardCharsets.UTF_8);
		assertThat(decode(response)).isEqualTo(EXPECTED.subList(0, EXPECTED.size() - 1));
	}

	@Test
	void tellsTheStatusOfAnAnswerWithoutBody() {
		assertThat(decode("HTTP/1.1 204 \r\nX-Client-ID: c1\r\n\r\n".getBytes(StandardCharsets.UTF_8)))
			.containsExactly("head 204 with c1");
	}

	@Test
	void takesNeitherAnEventNorItsIdBeforeItsEmptyLine() {
		String event = "id: e.1\nevent: b\ndata: 1 17 xxxx\n\n";
		for (int length = 0; length < event.length(); length++) {
			Recorder recorder = new Recorder();
			recorder.feed(response(List.of("id: e.0\nevent: connected\ndata: {}\n\n", event.substring(0, length))));
			assertThat(recorder.heard).as("after %d characters", length)
				.containsExactly("head 200 with c1", "connected at e.0", "end");
			assertThat(recorder.decoder.lastId()).isEqualTo("e.0");
		}
	}

	@Test
	void takesTheIdOfAnEventWithoutData() {
		Recorder recorder = new Recorder();
		recorder.feed(response(List.of("id: e.7\n\n")));
		assertThat(recorder.decoder.lastId()).isEqualTo("e.7");
	}

	private static List<String> decode(byte[]... pieces) {
		Recorder recorder = new Recorder();
		for (byte[] piece : pieces) {
			recorder.feed(piece);
		}
		return recorder.heard;
	}

	private static byte[] response(List<String> chunks) {
		return response(chunks.stream().map((chunk) -> text(chunk.getBytes(StandardCharsets.UTF_8))).toList(),
				StandardCharsets.ISO_8859_1);
	}

	private static byte[] response(List<String> chunks, java.nio.charset.Charset charset) {
		StringBuilder response = new StringBuilder(HEAD);
		for (String chunk : chunks) {
			if (!chunk.isEmpty()) {
				response.append(Integer.toHexString(chunk.length())).append("\r\n").append(chunk).append("\r\n");
			}
		}
		return response.append("0\r\n\r\n").toString().getBytes(charset);
	}

	private static String text(byte[] bytes) {
		return new String(bytes, StandardCharsets.ISO_8859_1);
	}

	private static final class Recorder implements StreamListener {

		private final List<String> heard = new ArrayList<>();

		private final StreamDecoder decoder = new StreamDecoder(this);

		void feed(byte[] piece) {
			// Somewhere in an array, as a client reads it.
			byte[] bytes = new byte[piece.length + 2];
			System.arraycopy(piece, 0, bytes, 1, piece.length);
			this.decoder.decode(bytes, 1, piece.length);
		}

		@Override
		public void onHead(int status, String head) {
			this.heard.add("head " + status + (head.contains("X-Client-ID: c1") ? " with c1" : ""));
		}

		@Override
		public void onConnected() {
			this.heard.add("connected at " + this.decoder.lastId());
		}

		@Override
		public void onEvent(long sequence, long nanos, int length) {
			this.heard.add("event %d %d of %d bytes at %s".formatted(sequence, nanos, length, this.decoder.lastId()));
		}

		@Override
		public void onOther(String name, String data) {
			this.heard.add("%s %s at %s".formatted(name, data, this.decoder.lastId()));
		}

		@Override
		public void onEnd() {
			this.heard.add("end");
		}

	}

}
