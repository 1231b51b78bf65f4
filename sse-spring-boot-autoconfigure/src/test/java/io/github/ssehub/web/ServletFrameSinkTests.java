package io.github.ssehub.web;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.github.ssehub.internal.delivery.FrameSink;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.withSettings;

/**
 * Tests for {@link ServletFrameSink}: what happens when the loop and the container end a
 * stream at the same time. The container gives the context to the next client as soon as
 * its callbacks have returned.
 */
class ServletFrameSinkTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final AsyncContext context = mock(AsyncContext.class);

	private final ServletOutputStream output = mock(ServletOutputStream.class);

	private final FrameSink.Listener listener = mock(FrameSink.Listener.class);

	private final AsyncEvent end = mock(AsyncEvent.class);

	private final CountDownLatch inside = new CountDownLatch(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final ServletFrameSink sink = new ServletFrameSink(this.context, this.output);

	@BeforeEach
	void open() throws IOException {
		given(this.output.isReady()).willReturn(true);
		this.sink.start();
		this.sink.attach(this.listener);
		this.sink.onWritePossible();
		assertThat(this.sink.resume()).isTrue();
	}

	@Test
	void leavesNothingBehindWhenTheResponseRefusesIt() {
		AsyncContext other = mock(AsyncContext.class);
		willThrow(new UnsupportedOperationException()).given(this.output).setWriteListener(any());
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> new ServletFrameSink(other, this.output).start());
		then(other).should(never()).addListener(any());
	}

	@Test
	void theContainerWaitsForACompletionThatIsUnderWay() {
		holdFirstCompletion();
		CompletableFuture<Void> loop = run(this.sink::complete);
		assertContainerWaitsFor(loop);
		then(this.context).should(times(2)).complete();
	}

	@Test
	void theContainerWaitsForAStreamThatIsBeingGivenUp() {
		holdFirstCompletion();
		CompletableFuture<Void> loop = run(this.sink::abandon);
		assertContainerWaitsFor(loop);
	}

	@Test
	void theContainerWaitsForAWriteThatIsUnderWay() throws IOException {
		willAnswer((call) -> hold()).given(this.output).write(any(byte[].class), anyInt(), anyInt());
		CompletableFuture<Void> loop = run(this::write);
		assertContainerWaitsFor(loop);
	}

	@Test
	void theContextIsNotTouchedAfterTheContainerHasEndedIt() {
		lose();
		then(this.context).should().complete();
		this.sink.complete();
		this.sink.abandon();
		then(this.context).should().complete();
		assertThat(run(this::write)).failsWithin(PATIENCE);
	}

	@Test
	void theContextIsCompletedOnceByTheLoop() {
		this.sink.complete();
		this.sink.abandon();
		then(this.context).should().complete();
	}

	@Test
	void aResponseThatHasBytesLeftIsCompletedWhenTheyAreGone() throws IOException {
		given(this.output.isReady()).willReturn(false);
		assertThat(this.sink.write(new byte[10], 0, 10)).isFalse();
		this.sink.abandon();
		then(this.context).should(never()).complete();
		this.sink.onWritePossible();
		then(this.context).should().complete();
	}

	@Test
	void aResponseThatTakesBytesAgainWhileItIsGivenUpIsCompletedOnce() throws IOException {
		given(this.output.isReady()).willReturn(false);
		assertThat(this.sink.write(new byte[10], 0, 10)).isFalse();
		willAnswer((call) -> {
			this.sink.abandon();
			return null;
		}).given(this.listener).onWritable();
		this.sink.onWritePossible();
		then(this.context).should().complete();
	}

	@Test
	void aResponseIsCompletedOnceHoweverItsEndsMeet() throws Exception {
		for (int i = 0; i < 2_000; i++) {
			AtomicInteger completions = new AtomicInteger();
			AsyncContext context = mock(AsyncContext.class, withSettings().stubOnly());
			willAnswer((call) -> completions.incrementAndGet()).given(context).complete();
			ServletOutputStream output = mock(ServletOutputStream.class, withSettings().stubOnly());
			ServletFrameSink sink = new ServletFrameSink(context, output);
			sink.start();
			sink.attach(mock(FrameSink.Listener.class, withSettings().stubOnly()));
			CyclicBarrier start = new CyclicBarrier(2);
			CompletableFuture<Void> container = run(() -> {
				meet(start);
				sink.onWritePossible();
			});
			meet(start);
			sink.abandon();
			assertThat(container).succeedsWithin(PATIENCE);
			assertThat(completions).hasValue(1);
		}
	}

	/**
	 * Tomcat reports the end while it holds a monitor that the loop may wait for in
	 * completing.
	 */
	@Test
	void theReportOfTheEndDoesNotWaitForACompletionThatIsUnderWay() {
		holdFirstCompletion();
		CompletableFuture<Void> loop = run(this.sink::complete);
		await(this.inside);
		assertThat(run(() -> this.sink.onComplete(this.end))).succeedsWithin(PATIENCE);
		this.goOn.countDown();
		assertThat(loop).succeedsWithin(PATIENCE);
		then(this.context).should().complete();
	}

	@Test
	void theReportOfAnEndBySomebodyElseDoesNotWaitForEver() throws IOException {
		willAnswer((call) -> hold()).given(this.output).write(any(byte[].class), anyInt(), anyInt());
		CompletableFuture<Void> loop = run(this::write);
		await(this.inside);
		assertThat(run(() -> this.sink.onComplete(this.end))).succeedsWithin(PATIENCE);
		this.goOn.countDown();
		assertThat(loop).succeedsWithin(PATIENCE);
	}

	@Test
	void aFailedWriteCompletesTheContextAtOnce() throws IOException {
		willThrow(new IOException("expected by the test")).given(this.output)
			.write(any(byte[].class), anyInt(), anyInt());
		assertThat(run(this::write)).failsWithin(PATIENCE);
		then(this.context).should().complete();
		this.sink.abandon();
		then(this.context).should().complete();
	}

	/** Tomcat's facade throws once the request is recycled. */
	@Test
	void aResponseThatRefusesToBeAskedIsNoFailure() throws IOException {
		ServletResponse response = mock(ServletResponse.class);
		given(response.getBufferSize()).willThrow(new IllegalStateException("expected by the test"));
		given(this.context.getResponse()).willReturn(new ServletResponseWrapper(response));
		ServletFrameSink sink = new ServletFrameSink(this.context, this.output);
		sink.start();
		sink.onWritePossible();
		sink.prefetch();
		then(response).should().getBufferSize();
		assertThat(sink.write(new byte[10], 0, 10)).isTrue();
		then(this.context).should(never()).complete();
	}

	private void holdFirstCompletion() {
		willAnswer((call) -> hold()).willDoNothing().given(this.context).complete();
	}

	private Object hold() throws InterruptedException {
		this.inside.countDown();
		assertThat(this.goOn.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		return null;
	}

	/**
	 * The loop is inside of the context or the response when the container finds the
	 * client lost.
	 */
	private void assertContainerWaitsFor(CompletableFuture<Void> loop) {
		await(this.inside);
		CompletableFuture<Thread> thread = new CompletableFuture<>();
		CompletableFuture<Void> container = run(() -> {
			thread.complete(Thread.currentThread());
			lose();
		});
		Awaitility.await().atMost(PATIENCE).until(() -> isInsideOfTheSink(thread.join()));
		for (int i = 0; i < 100; i++) {
			Thread.yield();
			assertThat(container).isNotDone();
		}
		this.goOn.countDown();
		assertThat(loop).succeedsWithin(PATIENCE);
		assertThat(container).succeedsWithin(PATIENCE);
	}

	private static boolean isInsideOfTheSink(Thread thread) {
		return Stream.of(thread.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals(ServletFrameSink.class.getName()));
	}

	private void lose() {
		this.sink.onError(new IOException("expected by the test"));
		this.sink.onComplete(this.end);
	}

	private void write() {
		try {
			this.sink.write(new byte[10], 0, 10);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Each on a thread of its own: what is held must not hold up the others.
	 */
	private static CompletableFuture<Void> run(Runnable action) {
		return CompletableFuture.runAsync(action, (task) -> new Thread(task).start());
	}

	private static void meet(CyclicBarrier barrier) {
		try {
			barrier.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
