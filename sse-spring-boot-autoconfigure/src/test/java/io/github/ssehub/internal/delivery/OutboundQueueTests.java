package io.github.ssehub.internal.delivery;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OutboundQueue}.
 */
class OutboundQueueTests {

	@Test
	void hasRoomForAsManyEventsAsAllowed() {
		OutboundQueue queue = new OutboundQueue(3, 1000);
		for (int i = 0; i < 3; i++) {
			assertThat(queue.hasRoom(1)).isTrue();
			queue.add(message("a"));
		}
		assertThat(queue.hasRoom(1)).isFalse();
		assertThat(queue.hasRoom(0)).isFalse();
		queue.removeFirst(1);
		assertThat(queue.hasRoom(1)).isTrue();
	}

	@Test
	void hasRoomForAsManyBytesAsAllowed() {
		OutboundQueue queue = new OutboundQueue(100, 10);
		queue.add(message("1234"));
		assertThat(queue.hasRoom(6)).isTrue();
		assertThat(queue.hasRoom(7)).isFalse();
		queue.add(message("123456"));
		assertThat(queue.bytes()).isEqualTo(10);
		assertThat(queue.hasRoom(0)).isTrue();
		assertThat(queue.hasRoom(1)).isFalse();
	}

	@Test
	void hasRoomForOneFrameHoweverLargeWhenEmpty() {
		OutboundQueue queue = new OutboundQueue(1, 10);
		assertThat(queue.hasRoom(1000)).isTrue();
		queue.add(message("x".repeat(1000)));
		assertThat(queue.hasRoom(0)).isFalse();
		queue.removeFirst(1);
		assertThat(queue.hasRoom(1000)).isTrue();
	}

	@Test
	void countsControlFramesToo() {
		OutboundQueue queue = new OutboundQueue(2, 1000);
		queue.add(control("c"));
		queue.add(control("c"));
		assertThat(queue.hasRoom(1)).isFalse();
		assertThat(queue.size()).isEqualTo(2);
		assertThat(queue.bytes()).isEqualTo(2);
	}

	@Test
	void removesTheOldestEventAndNoControlFrame() {
		OutboundQueue queue = queueOf(control("c1"), message("m1"), control("c2"), message("m2"));
		assertThat(queue.removeOldestMessage()).isTrue();
		assertThat(texts(queue)).containsExactly("c1", "c2", "m2");
		assertThat(queue.removeOldestMessage()).isTrue();
		assertThat(texts(queue)).containsExactly("c1", "c2");
		assertThat(queue.removeOldestMessage()).isFalse();
		assertThat(texts(queue)).containsExactly("c1", "c2");
		assertThat(queue.bytes()).isEqualTo(4);
	}

	@Test
	void removesEventsThatANewerOneWithTheSameKeyFollows() {
		OutboundQueue queue = queueOf(keyed("a1", "a"), keyed("b1", "b"), message("m1"), keyed("a2", "a"),
				control("c1"), keyed("a3", "a"), keyed("b2", "b"));
		assertThat(queue.removeSuperseded(null)).isEqualTo(3);
		assertThat(texts(queue)).containsExactly("m1", "c1", "a3", "b2");
		assertThat(queue.bytes()).isEqualTo(8);
		assertThat(queue.removeSuperseded(null)).isZero();
	}

	@Test
	void removesEventsThatTheNextOneSupersedes() {
		OutboundQueue queue = queueOf(keyed("a1", "a"), keyed("b1", "b"), keyed("a2", "a"));
		assertThat(queue.removeSuperseded("a")).isEqualTo(2);
		assertThat(texts(queue)).containsExactly("b1");
		assertThat(queue.removeSuperseded("z")).isZero();
	}

	@Test
	void supersedesNoEventWithoutAKey() {
		OutboundQueue queue = queueOf(message("m1"), message("m1"), control("c1"), control("c1"));
		assertThat(queue.removeSuperseded(null)).isZero();
		assertThat(queue.size()).isEqualTo(4);
	}

	@Test
	void tellsHowManyEventsWereInItWhenEmptied() {
		OutboundQueue queue = queueOf(control("c1"), message("m1"), control("c2"), message("m2"));
		assertThat(queue.clear()).isEqualTo(2);
		assertThat(queue.isEmpty()).isTrue();
		assertThat(queue.bytes()).isZero();
		assertThat(queue.clear()).isZero();
		queue.add(message("m3"));
		assertThat(texts(queue)).containsExactly("m3");
	}

	/**
	 * Whatever is done to it in whatever order, it holds what a plain list holds.
	 */
	@Test
	void keepsOrderWhenItGrowsShrinksAndWrapsAround() {
		for (int seed = 0; seed < 50; seed++) {
			Random random = new Random(seed);
			OutboundQueue queue = new OutboundQueue(10, 100);
			List<Frame> model = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				step(random, queue, model, i);
				assertThat(frames(queue)).as("seed " + seed + ", step " + i).isEqualTo(model);
				assertThat(queue.bytes()).isEqualTo(model.stream().mapToLong(Frame::length).sum());
				assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
			}
		}
	}

	/**
	 * Whatever is written between the overflows, each removes what a look through the
	 * whole queue would remove.
	 */
	@Test
	void removesWhatIsSupersededAsOftenAsItOverflows() {
		for (int seed = 0; seed < 200; seed++) {
			Random random = new Random(seed);
			OutboundQueue queue = new OutboundQueue(10, 100);
			List<Frame> model = new ArrayList<>();
			int keys = 1 + random.nextInt(40);
			for (int i = 0; i < 300; i++) {
				conflatingStep(random, queue, model, i, keys);
				assertThat(queue.size()).as("seed " + seed + ", step " + i).isEqualTo(model.size());
				assertThat(queue.bytes()).isEqualTo(model.stream().mapToLong(Frame::length).sum());
				if (random.nextInt(20) == 0) {
					assertThat(frames(queue)).as("seed " + seed + ", step " + i).isEqualTo(model);
				}
			}
			assertThat(frames(queue)).isEqualTo(model);
		}
	}

	private static void conflatingStep(Random random, OutboundQueue queue, List<Frame> model, int number, int keys) {
		switch (random.nextInt(20)) {
			case 0, 1, 2, 3 -> {
				String key = random.nextBoolean() ? "k" + random.nextInt(keys) : null;
				assertThat(queue.removeSuperseded(key)).isEqualTo(removeSuperseded(model, key));
				if (key != null) {
					Frame frame = keyed("n" + number, key);
					queue.add(frame);
					model.add(frame);
				}
			}
			case 4 -> {
				int count = random.nextInt(model.size() + 1);
				queue.removeFirst(count);
				model.subList(0, count).clear();
			}
			case 5 -> {
				Frame oldest = model.stream().filter(Frame::message).findFirst().orElse(null);
				assertThat(queue.removeOldestMessage()).isEqualTo(oldest != null);
				model.remove(oldest);
			}
			case 6 -> {
				if (random.nextInt(10) == 0) {
					assertThat(queue.clear()).isEqualTo((int) model.stream().filter(Frame::message).count());
					model.clear();
				}
			}
			default -> {
				Frame frame = random.nextInt(8) == 0 ? control("c" + number)
						: keyed("m" + number, "k" + random.nextInt(keys));
				queue.add(frame);
				model.add(frame);
			}
		}
	}

	private static int removeSuperseded(List<Frame> model, @Nullable String newKey) {
		Set<String> newer = new HashSet<>();
		if (newKey != null) {
			newer.add(newKey);
		}
		int before = model.size();
		for (int i = before - 1; i >= 0; i--) {
			String key = model.get(i).key();
			if (key != null && !newer.add(key)) {
				model.remove(i);
			}
		}
		return before - model.size();
	}

	/**
	 * What it keeps of a client that takes nothing for a long time does not grow.
	 */
	@Test
	void keepsNoMoreSlotsThanItsBoundsNeedHoweverOftenItOverflows() {
		OutboundQueue queue = new OutboundQueue(100, 10_000);
		for (int i = 0; i < 100_000; i++) {
			String key = "k" + (i * 31 % 100);
			if (!queue.hasRoom(1)) {
				assertThat(queue.removeSuperseded(key)).isPositive();
			}
			queue.add(keyed("x", key));
		}
		assertThat(queue.size()).isLessThanOrEqualTo(100);
		assertThat(queue.slots()).isLessThanOrEqualTo(512);
	}

	@Test
	void keepsFewSlotsWhenItIsEmpty() {
		OutboundQueue queue = new OutboundQueue(100, 10_000);
		for (int i = 0; i < 9; i++) {
			queue.add(message("m"));
		}
		assertThat(queue.slots()).isEqualTo(16);
		queue.removeFirst(9);
		assertThat(queue.slots()).isEqualTo(2);
		for (int i = 0; i < 8; i++) {
			queue.add(message("m"));
		}
		queue.removeFirst(8);
		assertThat(queue.slots()).isEqualTo(8);
	}

	private static void step(Random random, OutboundQueue queue, List<Frame> model, int number) {
		switch (random.nextInt(8)) {
			case 0, 1, 2, 3 -> {
				Frame frame = random.nextBoolean() ? control("c" + number) : message("m" + number);
				queue.add(frame);
				model.add(frame);
			}
			case 4, 5 -> {
				int count = random.nextInt(model.size() + 1);
				queue.removeFirst(count);
				model.subList(0, count).clear();
			}
			case 6 -> {
				Frame oldest = model.stream().filter(Frame::message).findFirst().orElse(null);
				assertThat(queue.removeOldestMessage()).isEqualTo(oldest != null);
				model.remove(oldest);
			}
			default -> {
				if (random.nextInt(10) == 0) {
					queue.clear();
					model.clear();
				}
			}
		}
	}

	private static OutboundQueue queueOf(Frame... frames) {
		OutboundQueue queue = new OutboundQueue(100, 1000);
		for (Frame frame : frames) {
			queue.add(frame);
		}
		return queue;
	}

	private static List<Frame> frames(OutboundQueue queue) {
		List<Frame> frames = new ArrayList<>();
		for (int i = 0; i < queue.size(); i++) {
			frames.add(queue.get(i));
		}
		return frames;
	}

	private static List<String> texts(OutboundQueue queue) {
		return frames(queue).stream().map((frame) -> new String(frame.bytes(), StandardCharsets.UTF_8)).toList();
	}

	private static Frame message(String text) {
		return keyed(text, null);
	}

	private static Frame keyed(String text, @Nullable String key) {
		return new Frame(text.getBytes(StandardCharsets.UTF_8), key, true);
	}

	private static Frame control(String text) {
		return Frame.control(text.getBytes(StandardCharsets.UTF_8));
	}

}
