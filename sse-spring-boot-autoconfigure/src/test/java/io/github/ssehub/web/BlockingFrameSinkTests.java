package io.github.ssehub.web;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import io.github.ssehub.internal.delivery.FrameSink;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.InOrder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link BlockingFrameSink}. The container gives the response to the next
 * client as soon as its callbacks have returned.
 */
class BlockingFrameSinkTests {

	private final AsyncContext context = mock(AsyncContext.class);

	private final ServletOutputStream output = mock(ServletOutputStream.class);

	private final FrameSink.Listener listener = mock(FrameSink.Listener.class);

	private final AsyncEvent end = mock(AsyncEvent.class);

	private final Deque<Runnable> writes = new ArrayDeque<>();

	private final BlockingFrameSink sink = new BlockingFrameSink(this.context,
			StreamOutput.blocking(this.output, mock(ServletResponse.class)), this.writes::add);

	@BeforeEach
	void open() {
		given(this.end.getAsyncContext()).willReturn(this.context);
		this.sink.start();
		this.sink.attach(this.listener);
	}

	@Test
	void saysThatItIsWritableWhenAWriteHasReturned() throws IOException {
		then(this.listener).should().onWritable();
		assertThat(write()).isFalse();
		then(this.output).should(never()).write(any(byte[].class), anyInt(), anyInt());
		this.writes.remove().run();
		InOrder order = inOrder(this.output, this.listener);
		order.verify(this.output).write(any(byte[].class), anyInt(), anyInt());
		order.verify(this.output).flush();
		order.verify(this.listener).onWritable();
	}

	@Test
	void completesTheRequestBeforeItTellsOfAFailure() throws IOException {
		IOException failure = new IOException("gone");
		willThrow(failure).given(this.output).write(any(byte[].class), anyInt(), anyInt());
		write();
		this.writes.remove().run();
		InOrder order = inOrder(this.context, this.listener);
		order.verify(this.context).complete();
		order.verify(this.listener).onFailure(failure);
		this.sink.abandon();
		then(this.context).should().complete();
	}

	@Test
	@Timeout(2)
	void waitsForNoFirstWriteOnceTheRequestIsOver() throws IOException {
		this.sink.abandon();
		this.sink.awaitFirstWrite();
		BlockingFrameSink ended = new BlockingFrameSink(this.context,
				StreamOutput.blocking(this.output, mock(ServletResponse.class)), this.writes::add);
		ended.start();
		ended.onComplete(this.end);
		ended.awaitFirstWrite();
	}

	@Test
	void tellsOfAnErrorToo() throws IOException {
		OutOfMemoryError error = new OutOfMemoryError();
		willThrow(error).given(this.output).flush();
		write();
		this.writes.remove().run();
		then(this.listener).should().onFailure(error);
	}

	@Test
	void writesNothingThatWaitedForAThreadWhenTheRequestEnded() throws IOException {
		write();
		this.sink.onComplete(this.end);
		this.writes.remove().run();
		then(this.listener).should().onFailure(any(IOException.class));
		then(this.output).should(never()).write(any(byte[].class), anyInt(), anyInt());
		this.sink.complete();
		this.sink.abandon();
		then(this.context).should(never()).complete();
	}

	@Test
	void theContainerWaitsForAWriteThatIsUnderWay() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch goOn = new CountDownLatch(1);
		willAnswer((call) -> {
			inside.countDown();
			return goOn.await(10, TimeUnit.SECONDS);
		}).given(this.output).write(any(byte[].class), anyInt(), anyInt());
		write();
		CompletableFuture<Void> writer = CompletableFuture.runAsync(this.writes.remove());
		assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Void> container = CompletableFuture.runAsync(() -> this.sink.onError(this.end));
		then(this.context).should(never()).complete();
		assertThat(container).isNotDone();
		goOn.countDown();
		container.get(10, TimeUnit.SECONDS);
		writer.get(10, TimeUnit.SECONDS);
		then(this.listener).should(times(1)).onFailure(any(IOException.class));
		then(this.context).should().complete();
	}

	@Test
	void aStreamThatIsGivenUpEndsWhenItsWriteHas() {
		write();
		this.sink.abandon();
		then(this.context).should(never()).complete();
		this.writes.remove().run();
		then(this.context).should().complete();
	}

	@Test
	void aWriteThatFoundNoThreadDoesNotKeepTheRequestOpen() {
		BlockingFrameSink sink = new BlockingFrameSink(this.context,
				StreamOutput.blocking(this.output, mock(ServletResponse.class)), (task) -> {
					throw new RejectedExecutionException();
				});
		sink.attach(this.listener);
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> sink.write(new byte[10], 0, 10));
		sink.abandon();
		then(this.context).should().complete();
	}

	private boolean write() {
		return this.sink.write(new byte[10], 0, 10);
	}

}
