package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.ssehub.internal.hub.SseHub;
import io.github.ssehub.security.SseCsrfRequestMatcher;
import io.github.ssehub.test.SseRecorder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.dao.DaoAuthenticationProvider;
import org.springframework.security.config.core.GrantedAuthorityDefaults;
import org.springframework.security.core.userdetails.User;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What pages of other sites may do, and what they may not.
 */
@ExtendWith(OutputCaptureExtension.class)
class CrossSiteTests {

	private static final String EVENT = "{\"data\":\"x\"}";

	private static final String ADMIN = SseRecorder.basic("admin", "admin");

	private static final String NO_SECURITY = "org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.web.servlet.SecurityFilterAutoConfiguration,"
			+ "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration";

	/**
	 * Its chain stops the start beside such a registration, whether or not the starter is
	 * there.
	 */
	private static final String MANAGEMENT_SECURITY = "org.springframework.boot.security.autoconfigure.actuate.web.servlet.ManagementWebSecurityAutoConfiguration";

	// Requests that may be forged

	/**
	 * The browser adds the password that it was given once to whatever a page sends
	 * there.
	 */
	@ParameterizedTest
	@EnumSource
	void takesNothingThatAPageOfAnotherSiteSendsWithThePasswordOfTheBrowser(TestServer.Kind server) throws Exception {
		try (TestServer application = start(server, Map.of())) {
			String own = "http://localhost:" + application.uri("").getPort();
			for (String[] marks : new String[][] { { "Sec-Fetch-Site", "cross-site" },
					{ "Sec-Fetch-Site", "same-site", "Origin", "https://blog.example.com" },
					{ "Origin", "https://evil.example.com" }, { "Origin", "null" }, { "Origin", "http://[" } }) {
				HttpResponse<String> forged = broadcast(application, marks);
				assertThat(forged.statusCode()).as(String.join(" ", marks)).isEqualTo(403);
				assertThat(forged.headers().firstValue("Content-Type")).hasValue("application/problem+json");
				assertThat(forged.body()).contains("X-Requested-With");
			}
			assertThat(broadcast(application).statusCode()).isEqualTo(200);
			assertThat(broadcast(application, "Origin", own).statusCode()).isEqualTo(200);
			// Behind a proxy that does not tell its origin.
			assertThat(broadcast(application, "Sec-Fetch-Site", "same-origin", "Origin", "https://example.com")
				.statusCode()).isEqualTo(200);
			assertThat(
					broadcast(application, "Origin", "https://example.com", "X-Requested-With", "fetch").statusCode())
				.isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void endsNoConnectionForAPageOfAnotherSite(TestServer.Kind server) throws Exception {
		try (TestServer application = start(server, Map.of())) {
			SseRecorder alice = SseRecorder.open(application.uri("/api/sse/connect"), "Authorization",
					SseRecorder.basic("alice", "alice"));
			alice.next("connected");
			String path = "/api/sse/disconnect/" + alice.clientId();
			// A form, and fetch without CORS and without a body.
			assertThat(application
				.send("POST", path, "a=b", "Authorization", ADMIN, "Content-Type", "application/x-www-form-urlencoded",
						"Origin", "https://evil.example.com")
				.statusCode()).isEqualTo(403);
			assertThat(application.send("POST", path, "", "Authorization", ADMIN, "Sec-Fetch-Site", "cross-site")
				.statusCode()).isEqualTo(403);
			assertThat(application.send("POST", path, "", "Authorization", ADMIN).statusCode()).isEqualTo(200);
			alice.next("close");
		}
	}

	/**
	 * Old browsers add no header that tells where a form comes from. It cannot send JSON.
	 */
	@ParameterizedTest
	@EnumSource
	void publishesNothingThatAFormCanSend(TestServer.Kind server) throws Exception {
		try (TestServer application = start(server, Map.of())) {
			for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data; boundary=a",
					"text/plain", "text/plain; application/json")) {
				HttpResponse<String> refused = application.send("POST", "/api/sse/broadcast", EVENT, "Authorization",
						ADMIN, "Content-Type", type);
				assertThat(refused.statusCode()).as(type).isGreaterThanOrEqualTo(400);
			}
			assertThat(application.send("POST", "/api/sse/broadcast", EVENT, "Authorization", ADMIN).statusCode())
				.isEqualTo(415);
			assertThat(application.bean(SseHub.class).log().head().offset()).isZero();
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "-",
			value = { "GET|-|-|-|-|false", "POST|-|-|-|-|false", "POST|Basic eA==|-|-|-|false",
					"POST|basic eA==|-|cross-site|-|true", "POST|Basic eA==|SESSION=1|-|-|false",
					"POST|Basic eA==|SESSION=1|same-origin|-|false", "POST|Bearer x|SESSION=1|cross-site|-|false",
					"POST|Negotiate x|-|-|-|true", "POST|Digest x|-|same-origin|-|true", "POST|-|SESSION=1|-|-|true",
					"DELETE|-|SESSION=1|same-origin|-|true", "PUT|-|SESSION=1|cross-site|fetch|false",
					"POST|-|-|cross-site|-|true", "POST|-|-|cross-site|fetch|false", "POST|-|-|none|-|true" })
	void knowsWhatABrowserMaySendForAPageOfAnotherSite(String method, String authorization, String cookie, String site,
			String requestedWith, boolean needsToken) {
		MockHttpServletRequest request = new MockHttpServletRequest(method, "/api/sse/broadcast");
		Map<String, String> headers = new LinkedHashMap<>();
		headers.put("Authorization", authorization);
		headers.put("Cookie", cookie);
		headers.put("Sec-Fetch-Site", site);
		headers.put("X-Requested-With", requestedWith);
		headers.forEach((name, value) -> {
			if (value != null) {
				request.addHeader(name, value);
			}
		});
		assertThat(new SseCsrfRequestMatcher().matches(request)).isEqualTo(needsToken);
	}

	@Test
	void asksForATokenWhenTheUserHasACertificate() {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/api/sse/broadcast");
		request.setAttribute("jakarta.servlet.request.X509Certificate", new Object[0]);
		assertThat(new SseCsrfRequestMatcher().matches(request)).isTrue();
		request.addHeader("X-Requested-With", "fetch");
		assertThat(new SseCsrfRequestMatcher().matches(request)).isFalse();
	}

	// CORS

	@ParameterizedTest
	@CsvSource({ "TOMCAT,true,true", "TOMCAT,false,true", "JETTY,true,false", "JETTY,true,true" })
	void holdsItsRulesOfCorsWhateverElseIsThere(TestServer.Kind server, boolean security, boolean ownSource)
			throws Exception {
		List<Class<?>> sources = new ArrayList<>(List.of(StreamTestApplication.class));
		if (ownSource) {
			sources.add(OwnSourceConfiguration.class);
		}
		Map<String, String> properties = Map.of("sse.cors.allowed-origins", "https://app.example.com",
				"sse.security.expose-admin-without-authentication", "true", "spring.autoconfigure.exclude",
				security ? "" : NO_SECURITY);
		try (TestServer application = TestServer.run(server, properties, sources.toArray(Class<?>[]::new))) {
			HttpResponse<String> preflight = preflight(application, "https://app.example.com");
			assertThat(preflight.statusCode()).isEqualTo(200);
			assertThat(preflight.headers().allValues("Access-Control-Allow-Origin"))
				.containsExactly("https://app.example.com");
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers")).hasValue("x-requested-with");
			assertRefused(preflight(application, "https://evil.example.com"));
			assertRefused(preflight(application, "https://other.example.com"));
			assertRefused(application.send("GET", "/api/sse/stats", "", "Origin", "https://evil.example.com",
					"Authorization", ADMIN));
			assertRefused(
					application.send("GET", "/api/sse/connect", "", "Origin", "http://[", "Authorization", ADMIN));
			HttpResponse<String> read = application.send("GET", "/api/sse/stats", "", "Origin",
					"https://app.example.com", "Authorization", ADMIN);
			assertThat(read.statusCode()).isEqualTo(200);
			assertThat(read.headers().allValues("Access-Control-Allow-Origin"))
				.containsExactly("https://app.example.com");
			assertThat(broadcast(application, "Origin", "https://app.example.com", "X-Requested-With", "fetch")
				.statusCode()).isEqualTo(200);
			// The client of the README asks so whether it may come back.
			HttpResponse<String> head = application.send("HEAD", "/api/sse/connect", "", "Origin",
					"https://app.example.com", "Authorization", ADMIN);
			assertThat(head.statusCode()).isEqualTo(200);
			assertThat(head.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://app.example.com");
			// What went wrong can be read by the page.
			HttpResponse<String> missing = application.send("GET", "/api/sse/connect?topics=%00", "", "Origin",
					"https://app.example.com", "Authorization", ADMIN);
			assertThat(missing.statusCode()).isEqualTo(400);
			assertThat(missing.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
			if (security) {
				HttpResponse<String> unauthorized = application.send("GET", "/api/sse/stats", "", "Origin",
						"https://app.example.com");
				assertThat(unauthorized.statusCode()).isEqualTo(401);
				assertThat(unauthorized.headers().firstValue("Access-Control-Allow-Origin")).isPresent();
				assertThat(unauthorized.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void leavesThePathToTheApplicationsRulesWithoutOrigins(TestServer.Kind server) throws Exception {
		try (TestServer application = start(server, Map.of(), AllPathsConfiguration.class)) {
			HttpResponse<String> preflight = preflight(application, "https://other.example.com");
			assertThat(preflight.statusCode()).isEqualTo(200);
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
				.hasValue("https://other.example.com");
		}
	}

	/**
	 * A registration of a filter, as many applications have it.
	 */
	@ParameterizedTest
	@EnumSource
	void startsBesideARegistrationThatIsNamedLikeAFilter(TestServer.Kind server) throws Exception {
		try (TestServer application = start(server, Map.of("sse.cors.allowed-origins", "https://app.example.com",
				"spring.autoconfigure.exclude", MANAGEMENT_SECURITY), RegistrationConfiguration.class)) {
			HttpResponse<String> preflight = preflight(application, "https://app.example.com");
			assertThat(preflight.statusCode()).isEqualTo(200);
			assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
				.hasValue("https://app.example.com");
			assertThat(application.send("GET", "/api/sse/stats", "").statusCode()).isEqualTo(401);
		}
		try (TestServer application = start(server, Map.of("spring.autoconfigure.exclude", MANAGEMENT_SECURITY),
				RegistrationConfiguration.class)) {
			assertThat(preflight(application, "https://other.example.com").headers()
				.firstValue("Access-Control-Allow-Origin")).hasValue("https://other.example.com");
		}
	}

	private static void assertRefused(HttpResponse<String> response) {
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(response.body()).contains("sse.cors.allowed-origins");
	}

	private static HttpResponse<String> preflight(TestServer application, String origin) throws Exception {
		return application.send("OPTIONS", "/api/sse/broadcast", "", "Origin", origin, "Access-Control-Request-Method",
				"POST", "Access-Control-Request-Headers", "x-requested-with");
	}

	// First contact

	@ParameterizedTest
	@EnumSource
	void namesTheRoleThatIsMissing(TestServer.Kind server, CapturedOutput output) throws Exception {
		try (TestServer application = start(server, Map.of("sse.security.admin-role", "OPERATOR"))) {
			HttpResponse<String> refused = broadcast(application);
			assertThat(refused.statusCode()).isEqualTo(403);
			assertThat(refused.body()).contains("role 'OPERATOR'");
			assertThat(output).contains("sse.security.admin-role", "spring.security.user.roles=OPERATOR");
		}
	}

	@ParameterizedTest
	@EnumSource
	void namesTheRoleThatIsMissingWhereRolesHaveNoPrefix(TestServer.Kind server, CapturedOutput output)
			throws Exception {
		try (TestServer application = start(server, Map.of(), PlainRolesConfiguration.class)) {
			HttpResponse<String> refused = application.send("GET", "/api/sse/stats", "", "Authorization",
					SseRecorder.basic("mal\nlory", "x"));
			assertThat(refused.statusCode()).isEqualTo(403);
			assertThat(refused.body()).contains("role 'ADMIN'");
			assertThat(output).contains("the user 'mal?lory' does not have the role");
		}
	}

	private static TestServer start(TestServer.Kind server, Map<String, String> properties,
			Class<?>... configurations) {
		List<Class<?>> sources = new ArrayList<>(List.of(configurations));
		sources.add(StreamTestApplication.class);
		return TestServer.run(server, properties, sources.toArray(Class<?>[]::new));
	}

	private static HttpResponse<String> broadcast(TestServer application, String... headers) throws Exception {
		List<String> all = new ArrayList<>(List.of(headers));
		all.addAll(List.of("Authorization", ADMIN, "Content-Type", "application/json"));
		return application.send("POST", "/api/sse/broadcast", EVENT, all.toArray(String[]::new));
	}

	/**
	 * Rules of the application for other paths.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnSourceConfiguration {

		@Bean
		CorsConfigurationSource corsConfigurationSource() {
			return source("/rest/**");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class AllPathsConfiguration {

		@Bean
		CorsConfigurationSource corsConfigurationSource() {
			return source("/**");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PlainRolesConfiguration {

		@Bean
		static GrantedAuthorityDefaults grantedAuthorityDefaults() {
			return new GrantedAuthorityDefaults("");
		}

		@Bean
		AuthenticationProvider anybody() {
			return new DaoAuthenticationProvider(
					(name) -> User.withUsername(name).password("{noop}x").authorities("USER").build());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class RegistrationConfiguration {

		@Bean
		FilterRegistrationBean<CorsFilter> corsFilter() {
			FilterRegistrationBean<CorsFilter> registration = new FilterRegistrationBean<>(
					new CorsFilter(source("/**")));
			registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 100);
			return registration;
		}

	}

	private static CorsConfigurationSource source(String pattern) {
		CorsConfiguration configuration = new CorsConfiguration();
		configuration.setAllowedOrigins(List.of("https://other.example.com"));
		configuration.setAllowedMethods(List.of("*"));
		configuration.setAllowedHeaders(List.of("*"));
		UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
		source.registerCorsConfiguration(pattern, configuration);
		return source;
	}

}
