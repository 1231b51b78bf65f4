package io.github.ssehub.web;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
import org.springframework.security.web.util.OnCommittedResponseWrapper;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ContainerOutput}.
 */
class ContainerOutputTests {

	private final MockHttpServletResponse container = new MockHttpServletResponse();

	@Test
	void looksBelowThoseThatHaveWrittenTheirHeadersAndThoseThatOnlyWrap() throws Exception {
		within(List.of(session(), wrapping(HttpServletResponseWrapper::new), security()),
				(response) -> assertThat(ContainerOutput.innermost(response)).isSameAs(this.container));
	}

	@Test
	void looksBelowOneThatOnlyKeepsTheBytes() throws Exception {
		within(List.of(session(), wrapping(ContentCachingResponseWrapper::new), security()),
				(response) -> assertThat(ContainerOutput.innermost(response)).isSameAs(this.container));
	}

	/**
	 * Nobody knows what an application's own one does.
	 */
	@Test
	void stopsAtOneThatStillWaitsForTheCommit() throws Exception {
		within(List.of(wrapping(Waiting::new)),
				(response) -> assertThat(ContainerOutput.innermost(response)).isInstanceOf(Waiting.class));
	}

	private static Filter wrapping(Function<HttpServletResponse, HttpServletResponse> wrapper) {
		return (request, response, chain) -> chain.doFilter(request, wrapper.apply((HttpServletResponse) response));
	}

	private static Filter session() {
		return new SessionRepositoryFilter<>(new MapSessionRepository(new ConcurrentHashMap<>()));
	}

	private static Filter security() {
		return new HeaderWriterFilter(List.of(new XContentTypeOptionsHeaderWriter()));
	}

	private void within(List<Filter> filters, ResponseCheck check) throws Exception {
		HttpServlet servlet = new HttpServlet() {

			@Override
			protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
				check.accept(response);
			}

		};
		new MockFilterChain(servlet, filters.toArray(Filter[]::new)).doFilter(new MockHttpServletRequest(),
				this.container);
	}

	private static final class Waiting extends OnCommittedResponseWrapper {

		private Waiting(HttpServletResponse response) {
			super(response);
		}

		@Override
		protected void onResponseCommitted() {
			addHeader("Committed", "true");
		}

	}

	@FunctionalInterface
	private interface ResponseCheck {

		void accept(HttpServletResponse response) throws IOException;

	}

}
