package io.github.ssehub.web;

import java.io.IOException;
import java.nio.ByteBuffer;

import jakarta.servlet.ServletOutputStream;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;

/**
 * Tests for {@link JettyOutput}: what it does before its first write. How Jetty takes it
 * is tested over HTTP.
 */
class JettyOutputTests {

	private static final ByteBuffer CONTENT = ByteBuffer.wrap(new byte[] { 2, 3 });

	private final ServletOutputStream jettys = mock(ServletOutputStream.class);

	private final ServletOutputStream outermost = mock(ServletOutputStream.class);

	@Test
	void tellsThoseThatWaitForTheCommitBeforeTheFirstWriteAlone() throws IOException {
		given(this.jettys.isReady()).willReturn(true);
		JettyOutput output = new JettyOutput(this.jettys, this.outermost);
		write(output);
		write(output);
		InOrder order = inOrder(this.outermost, this.jettys);
		order.verify(this.outermost).flush();
		order.verify(this.jettys).isReady();
		order.verify(this.jettys, times(2)).write(CONTENT);
		then(this.outermost).shouldHaveNoMoreInteractions();
	}

	@Test
	void holdsTheFirstWriteUntilTheCommitIsThrough() throws IOException {
		JettyOutput output = new JettyOutput(this.jettys, this.outermost);
		write(output);
		assertThat(output.isReady()).isFalse();
		then(this.jettys).should(never()).write(CONTENT);
		given(this.jettys.isReady()).willReturn(true);
		assertThat(output.isReady()).isTrue();
		output.flush();
		output.flush();
		then(this.jettys).should().write(CONTENT);
	}

	@Test
	void flushesNobodyWhenNobodyWaits() throws IOException {
		write(new JettyOutput(this.jettys, this.jettys));
		then(this.jettys).should().write(CONTENT);
		then(this.jettys).shouldHaveNoMoreInteractions();
	}

	private static void write(ServletOutputStream output) throws IOException {
		output.write(new byte[] { 1, 2, 3, 4 }, 1, 2);
	}

}
