package io.github.ssehub.internal.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A thread that owns connections. Whatever touches one of them, its place in the index,
 * its queue or its socket, happens on this thread, so none of it needs a lock and a
 * connection gets events in the order of the log.
 * <p>
 * Work comes in three ways: <em>events</em> from the log, <em>commands</em> from any
 * thread, and <em>signals</em> of sinks that take bytes again or have failed. A command
 * takes effect after all events that were published before it and before all that were
 * published later, so "subscribe, then publish" means what it says. A signal waits for
 * nothing. Events may be made to wait for others for a while, see {@link LoopSettings}.
 * Whatever fails is logged and stops neither the loop nor anything else on it.
 *
 * @param <E> the type of events
 */
public final class DeliveryLoop<E> implements Executor {

	private static final Log logger = LogFactory.getLog(DeliveryLoop.class);

	/** Between two looks at the timers. */
	private static final int MAX_EVENTS_PER_TURN = 512;

	/**
	 * Ends a turn early, so that an event for few does not wait long behind events for
	 * many.
	 */
	private static final int MAX_DELIVERIES_PER_TURN = 1 << 17;

	private static final int MAX_COMMANDS_PER_TURN = 4096;

	/** Beyond this a thread that adds one waits, so that memory stays bounded. */
	private static final int MAX_COMMANDS = 1 << 16;

	private static final long BACK_OFF_NANOS = 50_000;

	private final String name;

	private final Handler<E> handler;

	private final EventInbox<E> inbox;

	private final Queue<Command> commands = new ConcurrentLinkedQueue<>();

	private final AtomicInteger commandCount = new AtomicInteger();

	/** Connections whose sink has told something. These need not wait for events. */
	private final Queue<ConnectionWriter> signals = new ConcurrentLinkedQueue<>();

	private final LongSupplier nanoTime;

	private final TimerWheel timers;

	private final long batchNanos;

	private List<ConnectionWriter> dirty = new ArrayList<>();

	private List<ConnectionWriter> flushing = new ArrayList<>();

	private LoopGroup<E> group = new LoopGroup<>(List.of());

	private final FrameBatch batch = new FrameBatch();

	/** How many deliveries the current turn has brought so far. */
	private long turnDeliveries;

	/** When the current turn began. */
	private long turnNanos;

	/** Events that come before this wait, so that they are written together. */
	private long intervalEndNanos;

	/**
	 * Whether the interval was not over when the loop last lay down. Then events are no
	 * reason to wake it: it wakes up by itself.
	 */
	private volatile boolean withinInterval;

	private volatile @Nullable Thread thread;

	private volatile boolean running;

	private volatile boolean parked;

	/**
	 * Creates a loop.
	 * @param name the name of its thread
	 * @param settings how it takes events
	 * @param handler what to do with an event
	 */
	public DeliveryLoop(String name, LoopSettings settings, Handler<E> handler) {
		this(name, settings, handler, System::nanoTime);
	}

	DeliveryLoop(String name, LoopSettings settings, Handler<E> handler, LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		this.turnNanos = nanoTime.getAsLong();
		this.intervalEndNanos = this.turnNanos;
		this.batchNanos = settings.batchInterval().toNanos();
		this.timers = new TimerWheel(this.turnNanos);
		this.name = name;
		this.inbox = new EventInbox<>(settings.inboxCapacity());
		this.handler = handler;
	}

	/**
	 * Starts the thread.
	 */
	public void start() {
		this.running = true;
		Thread thread = new Thread(this::run, this.name);
		thread.setDaemon(true);
		this.thread = thread;
		thread.start();
	}

	/**
	 * Forgets the events that were left when the loop was stopped. To be called while it
	 * does not run and nobody adds any.
	 */
	public void discardEvents() {
		while (this.inbox.consumed() < this.inbox.published()) {
			this.inbox.take();
		}
	}

	/**
	 * Ends the thread when it has run the commands that are there, and waits for it.
	 */
	public void stop() {
		this.running = false;
		Thread thread = this.thread;
		if (thread == null) {
			return;
		}
		LockSupport.unpark(thread);
		try {
			thread.join(5_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.thread = null;
	}

	/**
	 * Whether there is room for one more event. A loop that is not running has room for
	 * all: what does not fit is lost on nobody then.
	 * @return whether {@link LoopGroup#offer} would not wait
	 */
	public boolean hasRoom() {
		return !this.inbox.isFull() || !this.running;
	}

	/**
	 * Whether there is room for as many events as are there already.
	 * @return whether the inbox is at most half full
	 */
	public boolean hasAmpleRoom() {
		return this.inbox.isHalfEmpty() || !this.running;
	}

	/**
	 * Hands the loop an event and leaves it asleep. To be called by one thread at a time,
	 * the log's. Waits while the inbox is full: publishers ask for room before they
	 * append, but several may have found the same room. A loop never waits for a client,
	 * so they wait until it has taken as many events as there are such publishers.
	 */
	void add(E event) {
		while (!this.inbox.offer(event)) {
			if (!this.running) {
				return;
			}
			wake();
			// The others of the group may have the event already.
			this.group.wakeOne();
			LockSupport.parkNanos(this, BACK_OFF_NANOS);
		}
	}

	/**
	 * Has this loop wake the others of a group.
	 */
	void join(LoopGroup<E> group) {
		this.group = group;
	}

	boolean sleeps() {
		return this.parked;
	}

	boolean sleepsOverDueEvents() {
		return sleeps() && eventsAreDue();
	}

	/**
	 * Whether events are a reason to wake a loop that sleeps: its next turn would take
	 * them.
	 */
	private boolean eventsAreDue() {
		return this.inbox.published() != this.inbox.consumed() && !(this.withinInterval && this.inbox.isHalfEmpty());
	}

	/**
	 * Runs a command on the loop's thread, after the events published so far. On the
	 * loop's own thread it runs at once.
	 * @param command the command
	 */
	@Override
	public void execute(Runnable command) {
		if (isCurrentThread()) {
			command.run();
			return;
		}
		while (this.commandCount.get() >= MAX_COMMANDS && this.running) {
			LockSupport.parkNanos(this, BACK_OFF_NANOS);
		}
		executeInOrder(command);
	}

	/**
	 * Runs a command on the loop's thread, after the events published so far also when it
	 * comes from that thread, and however many wait. For commands that are few, or that
	 * whoever adds them keeps bounded.
	 * @param command the command
	 */
	public void executeInOrder(Runnable command) {
		this.commandCount.incrementAndGet();
		this.commands.add(new Command(this.inbox.published(), command));
		wake();
	}

	/**
	 * Has the loop look at what a writer's sink has told.
	 */
	void signal(ConnectionWriter writer) {
		this.signals.add(writer);
		wake();
	}

	/**
	 * Whether the calling thread is the loop's.
	 * @return whether it is
	 */
	public boolean isCurrentThread() {
		return Thread.currentThread() == this.thread;
	}

	/**
	 * How many events wait for the loop.
	 * @return the number of events
	 */
	public long depth() {
		// Not below zero: the loop may take events between the two reads.
		return Math.max(0, this.inbox.published() - this.inbox.consumed());
	}

	/**
	 * The name of the loop and its thread.
	 * @return the name
	 */
	public String name() {
		return this.name;
	}

	void wake() {
		if (this.parked) {
			LockSupport.unpark(this.thread);
		}
	}

	private void run() {
		while (this.running || !this.commands.isEmpty()) {
			this.group.wakeOne();
			this.turnNanos = nanoTime();
			boolean worked = turn();
			this.timers.advance(this.turnNanos);
			flushDirty();
			if (!worked) {
				park();
			}
		}
	}

	private boolean turn() {
		boolean signalled = takeSignals();
		long start = this.inbox.consumed();
		this.turnDeliveries = 0;
		// Read before the commands: a command added before an event was published is seen
		// before that event is delivered.
		long published = this.inbox.published();
		if (!this.inbox.isHalfEmpty()) {
			// The other half is for publishers, who are not to wait for the interval.
			this.intervalEndNanos = this.turnNanos;
		}
		long limit = takesEvents() ? Math.min(published, start + MAX_EVENTS_PER_TURN) : start;
		int commandsRun = runCommands(limit);
		Command next = this.commands.peek();
		if (next != null) {
			// More commands than one turn runs: later events wait for them.
			limit = Math.min(limit, Math.max(next.after(), start));
		}
		deliverUpTo(limit);
		flushDirty();
		boolean delivered = this.inbox.consumed() > start;
		if (delivered) {
			tellFlushed();
			if (this.turnDeliveries > 0 && this.inbox.consumed() >= published) {
				this.intervalEndNanos = this.turnNanos + this.batchNanos;
			}
		}
		return signalled || delivered || commandsRun > 0;
	}

	/**
	 * Whether events that wait are due. A command does not wait for the end of the
	 * interval, and takes along what is there.
	 */
	private boolean takesEvents() {
		return this.turnNanos - this.intervalEndNanos >= 0 || !this.commands.isEmpty();
	}

	private void tellFlushed() {
		try {
			this.handler.flushed();
		}
		catch (RuntimeException | Error ex) {
			logger.error("What follows a delivery failed on " + this.name, ex);
		}
	}

	private boolean takeSignals() {
		ConnectionWriter writer = this.signals.poll();
		boolean any = writer != null;
		while (writer != null) {
			try {
				writer.onSignal();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A connection of " + this.name + " failed", ex);
			}
			writer = this.signals.poll();
		}
		return any;
	}

	private int runCommands(long limit) {
		int count = 0;
		Command command = this.commands.peek();
		while (command != null && command.after() <= limit && count < MAX_COMMANDS_PER_TURN
				&& deliverUpTo(command.after())) {
			this.commands.remove();
			this.commandCount.decrementAndGet();
			count++;
			try {
				command.action().run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("A command of " + this.name + " failed", ex);
			}
			command = this.commands.peek();
		}
		return count;
	}

	/**
	 * Delivers events as long as the turn has deliveries left.
	 * @return whether the limit was reached
	 */
	private boolean deliverUpTo(long limit) {
		while (this.inbox.consumed() < limit) {
			if (this.turnDeliveries >= MAX_DELIVERIES_PER_TURN) {
				return false;
			}
			E event = this.inbox.take();
			try {
				this.turnDeliveries += this.handler.deliver(event);
			}
			catch (RuntimeException | Error ex) {
				logger.error("Delivering " + event + " failed on " + this.name, ex);
			}
		}
		return true;
	}

	/**
	 * Writes to every connection that has something, once. Those that then have more, a
	 * replay for instance, have their turn after the next events.
	 */
	private void flushDirty() {
		if (this.dirty.isEmpty()) {
			return;
		}
		List<ConnectionWriter> writers = this.dirty;
		this.dirty = this.flushing;
		this.flushing = writers;
		int size = writers.size();
		for (int begin = 0; begin < size; begin += ConnectionWriter.PREFETCH_GROUP) {
			int end = Math.min(size, begin + ConnectionWriter.PREFETCH_GROUP);
			for (int i = begin; i < end; i++) {
				writers.get(i).prefetch();
			}
			for (int i = begin; i < end; i++) {
				flush(writers.get(i));
			}
		}
		writers.clear();
	}

	private void flush(ConnectionWriter writer) {
		try {
			writer.flush();
		}
		catch (RuntimeException | Error ex) {
			logger.error("Writing to a connection failed on " + this.name, ex);
		}
	}

	private void park() {
		long now = nanoTime();
		long intervalLeft = this.intervalEndNanos - now;
		// Before 'parked', which whoever adds an event reads first.
		this.withinInterval = intervalLeft > 0;
		this.parked = true;
		if (this.dirty.isEmpty() && !eventsAreDue() && this.commands.isEmpty() && this.signals.isEmpty()
				&& this.running) {
			long sleep = this.timers.nanosToNextTick(now);
			LockSupport.parkNanos(this, this.withinInterval ? Math.min(sleep, intervalLeft) : sleep);
			this.parked = false;
			this.group.letPublisherGoOn();
		}
		this.parked = false;
	}

	void markDirty(ConnectionWriter writer) {
		this.dirty.add(writer);
	}

	long nanoTime() {
		return this.nanoTime.getAsLong();
	}

	TimerWheel timers() {
		return this.timers;
	}

	/**
	 * When the current turn of the loop began, which is as exact as a timer needs it and
	 * costs nothing. For the loop's thread.
	 */
	long turnNanos() {
		return this.turnNanos;
	}

	/**
	 * Where frames are joined.
	 */
	FrameBatch batch() {
		return this.batch;
	}

	/**
	 * What a loop does with events, on its thread.
	 *
	 * @param <E> the type of events
	 */
	public interface Handler<E> {

		/**
		 * Queues an event for the connections it is for, or writes it to them.
		 * @param event the event
		 * @return how many connections it is for
		 */
		int deliver(E event);

		/**
		 * What the last deliveries queued has been written, as far as clients take it.
		 */
		void flushed();

	}

	private record Command(long after, Runnable action) {
	}

}
