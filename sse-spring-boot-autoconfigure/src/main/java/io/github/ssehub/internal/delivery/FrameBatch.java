package io.github.ssehub.internal.delivery;

import java.util.Arrays;

import io.github.ssehub.internal.wire.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a queue's front in one array, so that they go out in one write. The
 * connections of a loop often wait for the same frames: these are joined once and the
 * array is used for all of them. Used by the loop's thread alone.
 */
final class FrameBatch {

	static final int MAX_BYTES = 64 * 1024;

	private byte[] bytes = new byte[0];

	private int length;

	private @Nullable Frame[] frames = new Frame[16];

	private int count;

	private int messages;

	private long messageBytes;

	/** Whether a container may still be reading the array. */
	private boolean inUse;

	/**
	 * Whether a batch of more than one frame can be taken from a queue.
	 */
	static boolean joins(OutboundQueue queue) {
		return queue.size() > 1 && queue.get(0).length() + queue.get(1).length() <= MAX_BYTES;
	}

	/**
	 * Joins as many frames as fit, unless they are joined already.
	 */
	void join(OutboundQueue queue) {
		if (!isFrontOf(queue)) {
			build(queue);
		}
	}

	private boolean isFrontOf(OutboundQueue queue) {
		int count = this.count;
		int size = queue.size();
		if (count == 0 || size < count || (size > count && fits(queue.get(count)))) {
			return false;
		}
		// From the last to the first: queues that differ differ there.
		for (int i = count - 1; i >= 0; i--) {
			if (this.frames[i] != queue.get(i)) {
				return false;
			}
		}
		return true;
	}

	private void build(OutboundQueue queue) {
		if (this.inUse || this.bytes.length == 0) {
			this.bytes = new byte[MAX_BYTES];
			this.inUse = false;
		}
		int previous = this.count;
		this.count = 0;
		this.length = 0;
		this.messages = 0;
		this.messageBytes = 0;
		while (this.count < queue.size() && fits(queue.get(this.count))) {
			append(queue.get(this.count));
		}
		if (this.count < previous) {
			Arrays.fill(this.frames, this.count, previous, null);
		}
	}

	private boolean fits(Frame frame) {
		return this.length + frame.length() <= MAX_BYTES;
	}

	private void append(Frame frame) {
		System.arraycopy(frame.bytes(), 0, this.bytes, this.length, frame.length());
		this.length += frame.length();
		if (frame.message()) {
			this.messages++;
			this.messageBytes += frame.length();
		}
		if (this.count == this.frames.length) {
			this.frames = Arrays.copyOf(this.frames, this.count * 2);
		}
		this.frames[this.count++] = frame;
	}

	/**
	 * Notes that a container may go on reading the array, so that the next frames get
	 * another one.
	 */
	void keepInUse() {
		this.inUse = true;
	}

	byte[] bytes() {
		return this.bytes;
	}

	int length() {
		return this.length;
	}

	int count() {
		return this.count;
	}

	int messages() {
		return this.messages;
	}

	long messageBytes() {
		return this.messageBytes;
	}

}
