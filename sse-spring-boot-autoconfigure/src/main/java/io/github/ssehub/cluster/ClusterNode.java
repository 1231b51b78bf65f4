package io.github.ssehub.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import io.github.ssehub.log.EventLogException;
import io.github.ssehub.log.NodeChannel;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * This node among the others: it says that it is there, knows who else is, asks them and
 * answers them. Without a channel it is the only one, and does nothing of that.
 */
final class ClusterNode {

	private static final Log logger = LogFactory.getLog(ClusterNode.class);

	/** How many questions of others may wait. Who asked the next one gets no answer. */
	private static final int MAX_WAITING_QUESTIONS = 1000;

	private static final long STOP_SECONDS = 2;

	private final LocalNode local;

	private final @Nullable NodeChannel channel;

	private final Duration timeout;

	private final Members members;

	private final Map<Long, Inquiry<?>> inquiries = new ConcurrentHashMap<>();

	private final AtomicLong questions = new AtomicLong();

	private final AtomicLong hellos = new AtomicLong();

	private final AtomicBoolean rubbishLogged = new AtomicBoolean();

	private final AtomicBoolean silenceLogged = new AtomicBoolean();

	/**
	 * Held while a hello or the good-bye is sent. A hello after the good-bye would make
	 * this node a member again.
	 */
	private final ReentrantLock greeting = new ReentrantLock();

	/** Why the last hello was not sent. */
	private volatile @Nullable String unsaid;

	private boolean opened;

	/** Answers the others, so that the channel's thread need not. */
	private volatile @Nullable ThreadPoolExecutor answering;

	/**
	 * Creates a node. It keeps still until it is started.
	 * @param local this node
	 * @param channel the channel to the others, or {@code null} if there can be none
	 * @param timeout how long to wait for answers
	 * @param nanoTime the time
	 */
	ClusterNode(LocalNode local, @Nullable NodeChannel channel, Duration timeout, LongSupplier nanoTime) {
		this.local = local;
		this.channel = channel;
		this.timeout = timeout;
		this.members = new Members(local.id(), nanoTime);
	}

	String id() {
		return this.local.id();
	}

	/**
	 * The ids of all nodes.
	 * @return a copy
	 */
	SortedSet<String> nodes() {
		return this.members.all();
	}

	/**
	 * Whether there can be no other nodes.
	 */
	boolean isAlone() {
		return this.channel == null;
	}

	/**
	 * Whether there may be nodes that this one does not hear, or has not heard yet.
	 */
	boolean isCutOff() {
		return !isAlone() && !this.members.isComplete();
	}

	/**
	 * Why this node does not hear the others, if that has lasted longer than a start
	 * does.
	 */
	@Nullable String silence() {
		NodeChannel channel = this.channel;
		if (channel == null || !this.members.isSilent()) {
			return null;
		}
		String failure = channel.failure();
		String unsaid = this.unsaid;
		if (failure == null && unsaid != null) {
			failure = "its hello is not sent: " + unsaid;
		}
		return (failure != null) ? failure : "it has not heard itself for %d seconds"
			.formatted(Members.HELLO_INTERVAL.toSeconds() * Members.HELLOS_UNTIL_GONE);
	}

	// Being there

	/**
	 * Begins to listen and to answer.
	 */
	synchronized void start() {
		NodeChannel channel = this.channel;
		if (channel == null || this.answering != null) {
			return;
		}
		this.answering = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(MAX_WAITING_QUESTIONS), (task) -> {
					Thread thread = new Thread(task, "sse-cluster-answer");
					thread.setDaemon(true);
					return thread;
				});
		this.members.begin();
		if (!this.opened) {
			this.opened = true;
			channel.open(this::receive);
		}
	}

	/**
	 * Says that this node is there, unless it is stopped. To be called every
	 * {@link Members#HELLO_INTERVAL second}.
	 */
	void hello() {
		hello(this.hellos::incrementAndGet);
	}

	private void hello(LongSupplier number) {
		this.greeting.lock();
		try {
			if (this.answering != null) {
				send(Message.hello(id(), number.getAsLong()));
				this.unsaid = null;
				this.silenceLogged.set(false);
			}
		}
		catch (RuntimeException ex) {
			this.unsaid = (ex instanceof EventLogException) ? String.valueOf(ex.getMessage()) : String.valueOf(ex);
			if (!this.silenceLogged.getAndSet(true)) {
				logger.debug("The other nodes cannot be told that this one is there", ex);
			}
		}
		catch (Error ex) {
			this.unsaid = String.valueOf(ex);
			throw ex;
		}
		finally {
			this.greeting.unlock();
		}
	}

	/**
	 * Says good-bye, and does not listen and answer any more.
	 */
	synchronized void stop() {
		ThreadPoolExecutor answering = this.answering;
		if (answering == null) {
			return;
		}
		this.answering = null;
		answering.shutdownNow();
		try {
			if (!answering.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
				logger.debug("A question of another node is still being answered");
			}
			if (this.members.isConnected()) {
				bye();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (RuntimeException ex) {
			logger.debug("The other nodes will find out by themselves that this one has left", ex);
		}
		this.members.clear();
		this.unsaid = null;
	}

	private void bye() throws InterruptedException {
		if (!this.greeting.tryLock(STOP_SECONDS, TimeUnit.SECONDS)) {
			logger.debug("A hello is still being sent, so the other nodes have to find out that this one has left");
			return;
		}
		try {
			send(Message.bye(id()));
		}
		finally {
			this.greeting.unlock();
		}
	}

	private void send(Message message) {
		NodeChannel channel = this.channel;
		if (channel != null) {
			channel.send(message.toBytes());
		}
	}

	// Listening

	private void receive(byte[] bytes) {
		if (this.answering == null) {
			return;
		}
		Message message;
		try {
			message = Message.parse(bytes);
		}
		catch (JacksonException | IllegalArgumentException ex) {
			if (!this.rubbishLogged.getAndSet(true)) {
				logger.debug("Something that is no node sends to the channel of the nodes", ex);
			}
			return;
		}
		if (message == null) {
			return;
		}
		if (message.node().equals(id())) {
			receiveOwn(message);
			return;
		}
		switch (message.type()) {
			case HELLO -> meet(message.node());
			case BYE -> {
				if (this.members.left(message.node())) {
					gone(message.node(), "has left");
				}
			}
			case ASK -> {
				if (message.isFor(id())) {
					execute(new Answering(message));
				}
			}
			case ANSWER -> {
				Inquiry<?> inquiry = message.isFor(id()) ? this.inquiries.get(message.number()) : null;
				if (inquiry != null) {
					inquiry.replied(message.node(), message.body());
				}
			}
		}
	}

	private void receiveOwn(Message message) {
		if (message.type() == Message.Type.HELLO) {
			this.members.heardOwn(message.number()).forEach((node) -> gone(node, "is silent"));
		}
	}

	private void meet(String node) {
		if (this.members.heard(node)) {
			logger.info("Node '%s' joined, the nodes are %s".formatted(node, nodes()));
			// So that it need not wait to know this one.
			execute(() -> hello(this.hellos::get));
		}
	}

	private void gone(String node, String how) {
		logger.info("Node '%s' %s, the nodes are %s".formatted(node, how, nodes()));
		this.inquiries.values().forEach((inquiry) -> inquiry.left(node));
	}

	private void execute(Runnable task) {
		ThreadPoolExecutor answering = this.answering;
		try {
			if (answering != null) {
				answering.execute(task);
			}
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The other nodes ask more than this one can answer", ex);
		}
	}

	// Asking

	/**
	 * Asks nodes, this one at once if it is among them.
	 * @param nodes the ids of the nodes
	 * @param question the question
	 * @param enough tells an answer that makes the others needless
	 * @return what was answered in time
	 */
	<A> Answers<A> ask(Set<String> nodes, Question<A> question, Predicate<A> enough) {
		Inquiry<A> inquiry = new Inquiry<>(question.answerType(), nodes, enough);
		if (nodes.contains(id())) {
			inquiry.answered(id(), question.answer(this.local));
		}
		if (!inquiry.isOver()) {
			askOthers(nodes, question, inquiry);
		}
		return inquiry.answers();
	}

	private void askOthers(Set<String> nodes, Question<?> question, Inquiry<?> inquiry) {
		long number = this.questions.incrementAndGet();
		this.inquiries.put(number, inquiry);
		try {
			if (!this.members.isConnected()) {
				throw new EventLogException("This node does not hear the other nodes", null);
			}
			// After the inquiry was put there, or one that leaves now would be missed.
			SortedSet<String> there = nodes();
			nodes.stream().filter((node) -> !there.contains(node)).forEach(inquiry::left);
			send(Message.ask(id(), nodes, number, question));
			inquiry.await(this.timeout);
		}
		catch (EventLogException ex) {
			inquiry.failed(ex);
		}
		finally {
			this.inquiries.remove(number);
		}
	}

	/**
	 * Asks all nodes.
	 */
	<A> Answers<A> askAll(Question<A> question, Predicate<A> enough) {
		return ask(nodes(), question, enough);
	}

	/**
	 * Asks all nodes and waits for every answer.
	 */
	<A> Answers<A> askAll(Question<A> question) {
		return askAll(question, (answer) -> false);
	}

	/**
	 * A question of another node. One that waited so long that nobody waits for the
	 * answer is not answered: what it asks for would come as a surprise.
	 */
	private final class Answering implements Runnable {

		private final Message message;

		private final long askedNanos = System.nanoTime();

		Answering(Message message) {
			this.message = message;
		}

		@Override
		public void run() {
			if (System.nanoTime() - this.askedNanos > ClusterNode.this.timeout.toNanos()) {
				return;
			}
			Reply reply = Reply.to(this.message.body(), ClusterNode.this.local);
			try {
				send(Message.answer(id(), this.message.node(), this.message.number(), reply));
			}
			catch (RuntimeException ex) {
				logger.debug("Node '%s' got no answer to its question".formatted(this.message.node()), ex);
			}
		}

	}

}
