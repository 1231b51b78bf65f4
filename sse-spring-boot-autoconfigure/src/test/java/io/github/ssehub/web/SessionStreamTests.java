package io.github.ssehub.web;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.ssehub.SseConnections;
import io.github.ssehub.SseEvent;
import io.github.ssehub.SsePublisher;
import io.github.ssehub.test.SseRecorder;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.session.MapSessionRepository;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams of browsers that have a session, which gets another id when its user signs in.
 */
class SessionStreamTests {

	@ParameterizedTest
	@CsvSource({ "TOMCAT,false,false", "JETTY,false,false", "TOMCAT,true,false", "JETTY,true,false",
			"TOMCAT,false,true" })
	void signingOutEndsTheStreamsOfTheSessionAlone(TestServer.Kind server, boolean springSession, boolean migrate)
			throws Exception {
		List<Class<?>> sources = new ArrayList<>(List.of(StreamTestApplication.class, ApplicationConfiguration.class));
		if (springSession) {
			sources.add(SpringSessionConfiguration.class);
		}
		try (TestServer application = TestServer.run(server,
				Map.of("sse.security.connect", "permit-all", "test.migrate", String.valueOf(migrate)),
				sources.toArray(Class<?>[]::new))) {
			String before = cookie(application.send("POST", "/session", ""));
			SseRecorder anonymous = open(application, before);
			String after = cookie(application.send("POST", "/login", "username=alice&password=alice", "Cookie", before,
					"Content-Type", "application/x-www-form-urlencoded"));
			assertThat(after).isNotEqualTo(before);
			SseRecorder signedIn = open(application, after);
			SseRecorder elsewhere = open(application, cookie(application.send("POST", "/login",
					"username=alice&password=alice", "Content-Type", "application/x-www-form-urlencoded")));
			SseRecorder without = SseRecorder.open(application.uri("/api/sse/connect"));
			without.next("connected");
			String id = after.substring(after.indexOf('=') + 1);
			assertThat(application
				.send("GET", "/api/sse/connections", "", "Authorization", SseRecorder.basic("admin", "admin"))
				.body()).contains(signedIn.clientId()).doesNotContain(id);

			assertThat(application.send("POST", "/logout", "", "Cookie", after).statusCode()).isEqualTo(302);
			anonymous.next("close");
			signedIn.next("close");
			application.bean(SsePublisher.class).broadcast(SseEvent.of("news", "x"));
			elsewhere.next("news");
			without.next("news");
		}
	}

	private static SseRecorder open(TestServer application, String cookie) {
		SseRecorder recorder = SseRecorder.open(application.uri("/api/sse/connect"), "Cookie", cookie);
		recorder.next("connected");
		return recorder;
	}

	private static String cookie(HttpResponse<String> response) {
		return response.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
	}

	@Configuration(proxyBeanMethods = false)
	@Import(SessionController.class)
	static class ApplicationConfiguration {

		@Bean
		SecurityFilterChain applicationChain(HttpSecurity http, SseConnections connections, Environment environment) {
			http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll());
			http.csrf((csrf) -> csrf.disable());
			http.formLogin(Customizer.withDefaults());
			if (environment.getRequiredProperty("test.migrate", Boolean.class)) {
				http.sessionManagement(
						(sessions) -> sessions.sessionFixation((protection) -> protection.migrateSession()));
			}
			http.logout((logout) -> logout.addLogoutHandler((request, response, authentication) -> {
				HttpSession session = request.getSession(false);
				if (session != null) {
					connections.disconnectSession(session.getId());
				}
			}));
			return http.build();
		}

	}

	@RestController
	static class SessionController {

		@PostMapping("/session")
		void begin(HttpServletRequest request) {
			request.getSession();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SpringSessionConfiguration {

		@Bean
		FilterRegistrationBean<SessionRepositoryFilter<?>> sessionFilter() {
			FilterRegistrationBean<SessionRepositoryFilter<?>> registration = new FilterRegistrationBean<>(
					new SessionRepositoryFilter<>(new MapSessionRepository(new ConcurrentHashMap<>())));
			registration.setOrder(SessionRepositoryFilter.DEFAULT_ORDER);
			return registration;
		}

	}

}
