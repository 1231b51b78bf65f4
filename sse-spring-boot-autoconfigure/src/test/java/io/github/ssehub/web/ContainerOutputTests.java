package io.github.ssehub.web;

import java.io.IOException;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.DelegatingServletOutputStream;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.util.OnCommittedResponseWrapper;
import org.springframework.web.util.ContentCachingResponseWrapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContainerOutput}.
 */
class ContainerOutputTests {

	private final MockHttpServletResponse container = new MockHttpServletResponse();

	@Test
	void findsTheContainersOwnBelowThoseThatWaitForTheCommit() throws IOException {
		ServletOutputStream output = ContainerOutput.of(new Hook("Outer", new Hook("Inner", this.container)));
		assertThat(output).isSameAs(this.container.getOutputStream());
		assertThat(this.container.isCommitted()).isTrue();
		assertThat(this.container.getHeaderNames()).containsExactlyInAnyOrder("Outer", "Inner");
	}

	@Test
	void doesNotCommitWhatNothingWaitsFor() throws IOException {
		ServletOutputStream output = ContainerOutput.of(new HttpServletResponseWrapper(this.container));
		assertThat(output).isSameAs(this.container.getOutputStream());
		assertThat(this.container.isCommitted()).isFalse();
	}

	@Test
	void stopsAtOneThatSeesTheBytes() throws IOException {
		Transforming transforming = new Transforming(new Hook("Inner", this.container));
		assertThat(ContainerOutput.of(new Hook("Outer", transforming))).isSameAs(transforming.output);
		assertThat(this.container.getHeaderNames()).containsExactlyInAnyOrder("Outer", "Inner");
	}

	@Test
	void leavesThoseThatStillWait() throws IOException {
		HttpServletResponse withholding = new ContentCachingResponseWrapper(new Hook("Inner", this.container));
		ServletOutputStream output = ContainerOutput.of(new Hook("Outer", withholding));
		assertThat(output).isNotSameAs(this.container.getOutputStream());
		output.write(1);
		assertThat(this.container.isCommitted()).isFalse();
		assertThat(this.container.getContentAsByteArray()).isEmpty();
	}

	/**
	 * Adds a header when the response is committed, as Spring Security does.
	 */
	private static final class Hook extends OnCommittedResponseWrapper {

		private final String header;

		private Hook(String header, HttpServletResponse response) {
			super(response);
			this.header = header;
		}

		@Override
		protected void onResponseCommitted() {
			addHeader(this.header, "true");
		}

	}

	/**
	 * Hands out an output of its own, as one that compresses does.
	 */
	private static final class Transforming extends HttpServletResponseWrapper {

		private final ServletOutputStream output;

		private Transforming(HttpServletResponse response) throws IOException {
			super(response);
			this.output = new DelegatingServletOutputStream(response.getOutputStream());
		}

		@Override
		public ServletOutputStream getOutputStream() {
			return this.output;
		}

	}

}
