package io.github.ssehub.internal.redis;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * A connection that all threads share for commands that are sent at most once. A new one
 * is made when it was lost, and a command waits for that as long as it may take itself.
 * What was under way when it was lost fails: Redis may have done it or not.
 */
public final class SharedConnection implements AutoCloseable {

	private static final long PAUSE_NANOS = 20_000_000;

	private final LettuceConnectionFactory factory;

	private final long timeoutNanos;

	/** Whether the connection is not to be used any more. */
	private final AtomicBoolean stale = new AtomicBoolean();

	/**
	 * Whether a command took too long. Redis or this machine may have been busy: with the
	 * connection, commands would be given up that are still under way.
	 */
	private final AtomicBoolean doubtful = new AtomicBoolean();

	/** Whether there is a connection, which may be lost. */
	private volatile boolean connected;

	/** How many connections there were, so that a failure of an old one is told apart. */
	private volatile int connects;

	/** Held by the one who connects, while the others wait for it. */
	private final ReentrantLock connecting = new ReentrantLock();

	/**
	 * Creates it. It connects when it is used.
	 * @param application the application's connections
	 * @param timeout how long a command may take, and how long it may wait for a
	 * connection
	 */
	public SharedConnection(LettuceConnectionFactory application, Duration timeout) {
		this.factory = RedisClients.create(application, timeout, true);
		this.timeoutNanos = timeout.toNanos();
		this.factory.getRequiredNativeClient().addListener(new RedisConnectionStateListener() {

			/**
			 * The client makes other connections, to ask a sentinel or to look at a
			 * cluster, and closes them when it has its answer. What is lost was not
			 * closed.
			 */
			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
				if (!connection.isClosed()) {
					SharedConnection.this.stale.set(true);
				}
			}

		});
	}

	/**
	 * Where commands get the connection from, inside of {@link #execute}.
	 * @return the factory
	 */
	public RedisConnectionFactory factory() {
		return this.factory;
	}

	/**
	 * Runs a command.
	 * @param command the command
	 * @param <T> the type of its result
	 * @return its result
	 * @throws DataAccessException if there is no connection, or the command failed
	 */
	public <T extends @Nullable Object> T execute(Supplier<T> command) {
		connect();
		int used = this.connects;
		try {
			return command.get();
		}
		catch (DataAccessException ex) {
			// Not if there is another one meanwhile.
			if (used == this.connects && !isAnswer(ex)) {
				((ex instanceof QueryTimeoutException) ? this.doubtful : this.stale).set(true);
			}
			throw ex;
		}
	}

	/**
	 * Whether the connection was lost and nobody has made a new one yet.
	 */
	boolean isLost() {
		return this.stale.get();
	}

	private void connect() {
		if (this.connected && !this.stale.get() && !this.doubtful.get()) {
			return;
		}
		long deadline = System.nanoTime() + this.timeoutNanos;
		if (!lock()) {
			throw new RedisConnectionFailureException("Redis does not answer");
		}
		try {
			while (!connectOnce(deadline)) {
				LockSupport.parkNanos(this, PAUSE_NANOS);
			}
		}
		finally {
			this.connecting.unlock();
		}
	}

	private boolean lock() {
		try {
			return this.connecting.tryLock(this.timeoutNanos, TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private boolean connectOnce(long deadline) {
		boolean doubted = this.doubtful.getAndSet(false);
		if (this.stale.getAndSet(false) || (doubted && !answers())) {
			this.connected = false;
			this.factory.resetConnection();
		}
		try {
			this.factory.getConnection().close();
			if (!this.connected) {
				this.connects++;
				this.connected = true;
			}
			return true;
		}
		catch (RedisConnectionFailureException ex) {
			if (Thread.currentThread().isInterrupted() || System.nanoTime() + PAUSE_NANOS - deadline > 0) {
				throw ex;
			}
			return false;
		}
	}

	private boolean answers() {
		try (RedisConnection connection = this.factory.getConnection()) {
			connection.ping();
			return true;
		}
		catch (DataAccessException ex) {
			return false;
		}
	}

	/**
	 * Whether Redis itself has refused a command. A server that was demoted refuses to
	 * write and keeps its connections.
	 */
	private static boolean isAnswer(DataAccessException exception) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(exception);
		return cause instanceof RedisCommandExecutionException
				&& !String.valueOf(cause.getMessage()).startsWith("READONLY");
	}

	@Override
	public void close() {
		this.factory.destroy();
	}

}
