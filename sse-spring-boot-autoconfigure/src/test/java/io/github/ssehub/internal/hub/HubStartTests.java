package io.github.ssehub.internal.hub;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

import io.github.ssehub.Target;
import io.github.ssehub.log.Appended;
import io.github.ssehub.log.EventLog;
import io.github.ssehub.log.LogRecord;
import io.github.ssehub.log.LogTail;
import io.github.ssehub.log.Position;
import io.github.ssehub.log.Replay;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A hub begins where its log is, whatever is published while it starts.
 */
class HubStartTests {

	private @Nullable TestHub hub;

	@AfterEach
	void close() {
		if (this.hub != null) {
			this.hub.close();
		}
	}

	private TestHub create(Consumer<TestHub.Options> customizer) {
		this.hub = TestHub.start((options) -> {
			options.started = false;
			customizer.accept(options);
		});
		return this.hub;
	}

	/**
	 * The place where a loop begins was once read from the log and set a moment later. An
	 * entry that the tail delivered in between moved the loop back, and a client that
	 * resumed from there was told that it had missed nothing.
	 */
	@Test
	void deliversWhatIsPublishedWhileTheLoopsLookWhereTheLogIs() {
		LogThatMovesOn log = new LogThatMovesOn();
		TestHub hub = create((options) -> options.log = log);
		Position before = log.head();
		log.publishAfterNextLook();
		hub.hub().start();
		log.publishOnce();
		TestClient client = hub.client().lastEventId(before.toString()).connect();
		client.next("connected");
		assertThat(client.next("meanwhile").id()).isEqualTo(before.at(before.offset() + 1).toString());
		hub.broadcast("live");
		client.next("live");
	}

	@Test
	void replaysWhatWasPublishedBeforeTheLoopsRan() {
		TestHub hub = create((options) -> {
		});
		String first = hub.broadcast("a").position();
		hub.broadcast("b");
		hub.broadcast("c");
		hub.hub().start();
		TestClient client = hub.client().lastEventId(first).connect();
		assertThat(client.nextNames(3)).containsExactly("connected", "b", "c");
		hub.broadcast("live");
		client.next("live");
	}

	/**
	 * What is published before the start, or after the stop, is for nobody here. It does
	 * not fill the inboxes of the loops.
	 */
	@Test
	void beginsAtTheHeadWhenMoreWasPublishedThanInboxesHold() {
		TestHub hub = create((options) -> options.inboxCapacity = 4);
		for (int i = 0; i < 20; i++) {
			hub.broadcast("before-" + i);
		}
		hub.hub().start();
		TestClient client = hub.client().connect();
		assertThat(client.next("connected").id()).isEqualTo(hub.hub().log().head().toString());
		Position head = hub.hub().log().head();
		TestClient resuming = hub.client().lastEventId(head.at(head.offset() - 2).toString()).connect();
		assertThat(resuming.nextNames(3)).containsExactly("connected", "before-18", "before-19");
		hub.broadcast("live");
		client.next("live");
		resuming.next("live");
	}

	@Test
	void goesOnWhereTheLogIsAfterAStopAndAStart() {
		TestHub hub = create((options) -> options.drainTime = Duration.ofMillis(100));
		hub.hub().start();
		hub.broadcast("a");
		hub.hub().stop();
		String last = hub.broadcast("b").position();
		hub.broadcast("c");
		hub.hub().start();
		TestClient client = hub.client().lastEventId(last).connect();
		assertThat(client.nextNames(2)).containsExactly("connected", "c");
		hub.broadcast("live");
		client.next("live");
	}

	/**
	 * A log in which something is published right after somebody has asked for its head.
	 */
	private static final class LogThatMovesOn implements EventLog {

		private final EventLog log = TestHub.memoryLog(100);

		private boolean armed;

		private boolean published;

		void publishAfterNextLook() {
			this.armed = true;
		}

		void publishOnce() {
			if (!this.published) {
				this.published = true;
				this.log.append(new LogRecord(Target.broadcast(), "meanwhile", null, null, false,
						"event: meanwhile\ndata: x\n".getBytes(StandardCharsets.UTF_8)));
			}
		}

		@Override
		public Position start(LogTail tail) {
			return this.log.start(tail);
		}

		@Override
		public Appended append(LogRecord record) {
			return this.log.append(record);
		}

		@Override
		public Position head() {
			Position head = this.log.head();
			if (this.armed) {
				publishOnce();
			}
			return head;
		}

		@Override
		public Replay read(Position after, Position upTo, int limit) {
			return this.log.read(after, upTo, limit);
		}

		@Override
		public @Nullable Replay readNow(Position after, Position upTo, int limit) {
			return this.log.readNow(after, upTo, limit);
		}

		@Override
		public Map<String, Object> describe() {
			return this.log.describe();
		}

		@Override
		public void close() {
			this.log.close();
		}

	}

}
