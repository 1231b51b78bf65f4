package io.github.ssehub.web;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.Test;

import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.XContentTypeOptionsHeaderWriter;
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
	void looksBelowThoseThatWaitForTheCommit() throws Exception {
		within(List.of(session(), security()), (response) -> {
			assertThat(response.getOutputStream()).isNotSameAs(this.container.getOutputStream());
			assertThat(below(response)).isSameAs(this.container.getOutputStream());
		});
	}

	@Test
	void stopsAtOneThatSeesTheBytes() throws Exception {
		Filter caching = (request, response, chain) -> chain.doFilter(request,
				new ContentCachingResponseWrapper((HttpServletResponse) response));
		within(List.of(session(), caching, security()),
				(response) -> assertThat(below(response).getClass().getEnclosingClass())
					.isEqualTo(ContentCachingResponseWrapper.class));
	}

	private static ServletOutputStream below(ServletResponse response) throws IOException {
		return ContainerOutput.belowCommitHooks(response, response.getOutputStream());
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

	@FunctionalInterface
	private interface ResponseCheck {

		void accept(HttpServletResponse response) throws IOException;

	}

}
