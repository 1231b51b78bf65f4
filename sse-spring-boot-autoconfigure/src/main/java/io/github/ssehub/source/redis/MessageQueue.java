package io.github.ssehub.source.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import io.github.ssehub.internal.redis.RedisClients;
import io.github.ssehub.internal.retry.Outage;
import io.github.ssehub.internal.retry.RetryingLoop;
import io.github.ssehub.source.SourceSink;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What waits between the thread that receives messages, which must not wait for anything,
 * and the sink, which may. Bounded by messages and bytes; one thread publishes, which
 * keeps the order.
 */
final class MessageQueue implements Outage.Listener {

	private static final Log logger = LogFactory.getLog(RedisSource.class);

	private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

	private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

	private static final String FULL = "the queue is full, see sse.source.redis.queue-messages and sse.source.redis.queue-bytes";

	private final SourceSink sink;

	private final int maxMessages;

	private final long maxBytes;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Deque<Message> messages = new ArrayDeque<>();

	private final RetryingLoop loop = new RetryingLoop("sse-source-redis-publish",
			new Outage(FIRST_PAUSE, MAX_PAUSE, this), this::publishAll);

	private long bytes;

	/** Whether a message was taken that may not be published yet. */
	private boolean publishing;

	private boolean closed;

	MessageQueue(SourceSink sink, int maxMessages, long maxBytes) {
		this.sink = sink;
		this.maxMessages = maxMessages;
		this.maxBytes = maxBytes;
	}

	void start() {
		this.loop.start();
	}

	/**
	 * Takes a message if there is room, and rejects it otherwise.
	 */
	void offer(String channel, byte[] body) {
		if (!tryAdd(new Message(channel, body))) {
			this.sink.reject(FULL);
		}
	}

	private boolean tryAdd(Message message) {
		this.lock.lock();
		try {
			if (this.closed || this.messages.size() >= this.maxMessages
					|| message.body().length > this.maxBytes - this.bytes) {
				return false;
			}
			this.messages.add(message);
			this.bytes += message.body().length;
			this.changed.signalAll();
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Goes on until what came is published, also when the queue is closed.
	 */
	private void publishAll(RetryingLoop loop) throws InterruptedException {
		for (Message message = take(); message != null; message = take()) {
			publish(message);
			loop.works();
		}
	}

	/**
	 * Why nothing is published, or {@code null}.
	 */
	@Nullable String failure() {
		return this.loop.failure();
	}

	@Override
	public String reason(Throwable failure) {
		return RedisClients.reason(failure);
	}

	@Override
	public void onOutage(String reason, Throwable failure) {
		logger.error("Messages from Redis are not published: " + reason, failure);
	}

	@Override
	public void onEnd(long millis) {
		logger.info("Messages from Redis are published again after %d ms".formatted(millis));
	}

	/**
	 * The next message is to be published whatever this one does.
	 */
	private void publish(Message message) {
		try {
			this.sink.publishJson(message.channel(), message.body());
		}
		catch (RuntimeException | Error ex) {
			logger.error("A message from Redis channel %s was not published".formatted(message.channel()), ex);
		}
	}

	private @Nullable Message take() throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			this.publishing = false;
			this.changed.signalAll();
			while (this.messages.isEmpty() && !this.closed) {
				this.changed.await();
			}
			Message message = this.messages.poll();
			if (message != null) {
				this.bytes -= message.body().length;
				this.publishing = true;
			}
			return message;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Waits until everything that came is published, or the time is over.
	 * @return whether it is published
	 */
	boolean awaitEmpty(Duration time) throws InterruptedException {
		this.lock.lockInterruptibly();
		try {
			long left = time.toNanos();
			while (left > 0 && (this.publishing || !this.messages.isEmpty())) {
				left = this.changed.awaitNanos(left);
			}
			return left > 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Ends the thread when it has published what waits, or when the time is over. Closing
	 * again does nothing.
	 */
	void close(Duration time) {
		this.lock.lock();
		try {
			this.closed = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		this.loop.close(time, time);
		rejectRest();
	}

	private void rejectRest() {
		int rest;
		this.lock.lock();
		try {
			rest = this.messages.size();
			this.messages.clear();
			this.bytes = 0;
		}
		finally {
			this.lock.unlock();
		}
		for (int i = 0; i < rest; i++) {
			this.sink.reject("the source was stopped");
		}
	}

	/**
	 * A message.
	 *
	 * @param channel where it came from
	 * @param body what it says
	 */
	private record Message(String channel, byte[] body) {
	}

}
