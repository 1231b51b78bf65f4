package io.github.ssehub.internal.delivery;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntConsumer;

import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * Which frames of a queue are followed by a newer one with the same key. A queue has this
 * from its first overflow on until something is written, and tells of each frame that it
 * adds. So an overflow need not look through the queue again.
 */
final class SupersededFrames {

	/** Where the newest frame of each key is. */
	private final Map<String, Integer> newest = new HashMap<>();

	private int[] superseded = new int[8];

	private int count;

	/**
	 * Notes that a frame was added.
	 * @param index where it is, behind all others
	 */
	void added(Frame frame, int index) {
		String key = frame.key();
		if (key != null) {
			Integer older = this.newest.put(key, index);
			if (older != null) {
				supersede(older);
			}
		}
	}

	private void supersede(int index) {
		if (this.count == this.superseded.length) {
			this.superseded = Arrays.copyOf(this.superseded, this.count * 2);
		}
		this.superseded[this.count++] = index;
	}

	/**
	 * Hands out each superseded frame that was not handed out before.
	 * @param newKey the key of a frame that is about to be added, or {@code null}
	 */
	void take(@Nullable String newKey, IntConsumer action) {
		Integer older = (newKey != null) ? this.newest.remove(newKey) : null;
		if (older != null) {
			supersede(older);
		}
		for (int i = 0; i < this.count; i++) {
			action.accept(this.superseded[i]);
		}
		this.count = 0;
	}

}
